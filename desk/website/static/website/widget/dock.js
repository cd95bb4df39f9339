/**
 * The bar that never goes away: the way in, and the way to a human. "Medewerker" is at the same place whether the chat
 * is open or not, is never disabled, and is on the page before anything was said (R2, R34).
 */
import { el, icon } from "./dom.js";
import { TEXTS, fill } from "./texts.js";

/**
 * Links to phone and e-mail.
 * @param {{phone: string, phoneLink: string, email: string}} facts of the organisation; empty ones leave a link out
 * @param {boolean} short one word instead of number and address
 * @returns {HTMLAnchorElement[]}
 */
export function contactLinks({ phone, phoneLink, email }, short = false) {
  const links = [];
  if (phone) {
    const label = fill(TEXTS.call, { phone });
    links.push(el("a", { href: `tel:${phoneLink}`, "aria-label": label, title: label }, ...(short ? [icon("phone"), TEXTS.callShort] : [label])));
  }
  if (email) {
    const label = fill(TEXTS.mail, { email });
    links.push(el("a", { href: `mailto:${email}`, "aria-label": label, title: label }, ...(short ? [icon("mail"), TEXTS.mailShort] : [label])));
  }
  return links;
}

export class Dock {
  #unread = el("span", { class: "unread", hidden: true, "aria-hidden": "true" });

  /**
   * @param {{phone: string, phoneLink: string, email: string}} facts
   * @param {{open: () => void, human: () => void}} actions
   */
  constructor(facts, { open, human }) {
    this.opener = el(
      "button",
      { class: "opener", type: "button", "aria-expanded": "false", onclick: open },
      icon("chat"),
      el("span", {}, TEXTS.open),
      this.#unread,
    );
    this.human = el(
      "button",
      { class: "human", type: "button", title: TEXTS.humanHint, onclick: human },
      icon("person"),
      el("span", {}, TEXTS.human),
    );
    this.element = el(
      "div",
      { class: "dock" },
      this.opener,
      el("div", { class: "contact" }, ...contactLinks(facts, true)),
      this.human,
    );
  }

  /** @param {boolean} busy a human is being asked for; the button stays usable */
  setBusy(busy) {
    this.human.setAttribute("aria-busy", String(busy));
  }

  /** @param {boolean} canPhone the customer did not say that they cannot use a telephone */
  setCanPhone(canPhone) {
    for (const link of this.element.querySelectorAll('a[href^="tel:"]')) link.hidden = !canPhone;
  }

  /** @param {boolean} open */
  setOpen(open) {
    this.opener.setAttribute("aria-expanded", String(open));
  }

  /** @param {number} count messages that came while the chat was shut */
  setUnread(count) {
    this.#unread.textContent = String(count);
    this.#unread.hidden = count === 0;
    if (count) this.opener.setAttribute("aria-label", fill(TEXTS.openUnread, { count }));
    else this.opener.removeAttribute("aria-label");
  }
}
