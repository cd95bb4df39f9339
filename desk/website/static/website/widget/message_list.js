/** The list of messages: a log that is on the page before the first message (R31), every message labelled (R15). */
import { el, linked } from "./dom.js";
import { senderName } from "./senders.js";
import { TEXTS } from "./texts.js";
import { shortTime } from "./times.js";

/** Closer to the end than this (px) the reader is following the conversation, so new messages scroll into view. */
const FOLLOWING_PX = 80;

export class MessageList {
  #list = el("ol");
  #empty = el("p", { class: "empty" }, TEXTS.empty);
  #choices = [];
  #waiting = [];
  #following = true;
  /** where the list stood (px) when it was last brought to its end */
  #end = 0;

  /** @param {(payload: string, title: string) => void} onChoice a button of the assistant was pressed */
  constructor(onChoice) {
    this.onChoice = onChoice;
    this.element = el("div", { class: "log", role: "log", "aria-label": TEXTS.log, tabindex: "0" }, this.#empty, this.#list);
    this.element.addEventListener("scroll", () => this.#watchScrolling(), { passive: true });
    // A line of status, the box that grows or a phone's keyboard must not hide the last words.
    new ResizeObserver(() => this.#keepUp()).observe(this.element);
  }

  /** @param {object} message as the desk gave it, or one of our own: {sender: "system", text, at} */
  add(message) {
    if (message.sender === "customer") this.#retireChoices();
    this.#watchScrolling(); // the browser's own scroll event comes a frame later
    const item = this.#item(message);
    const firstWaiting = this.#waiting[0] ?? null;
    this.#list.insertBefore(item, firstWaiting);
    this.#empty.hidden = true;
    this.#keepUp();
  }

  /**
   * Show the messages that have not come back from the desk yet, after all others.
   * @param {{shown: string, at: string, mark: string, delivered: boolean}[]} entries
   */
  showWaiting(entries) {
    const grew = entries.length > this.#waiting.length;
    this.#waiting.forEach((item) => item.remove());
    this.#waiting = entries.map((entry) => {
      const item = this.#item({ sender: "customer", text: entry.shown, at: entry.at });
      if (!entry.delivered) item.classList.add("waiting");
      item.append(el("p", { class: "mark-sent" }, entry.mark));
      return item;
    });
    this.#list.append(...this.#waiting);
    if (entries.length) this.#empty.hidden = true;
    if (grew) {
      this.#retireChoices();
      this.scrollToEnd();
    }
  }

  /**
   * "Afgeleverd", or "Gelezen" once the employee has read it, stands under the customer's last message only, while nothing
   * followed it.
   * @param {number|null} read id of the last message that the employee has read
   */
  markDelivered(read) {
    const last = this.#list.lastElementChild;
    const isMarked = last?.classList.contains("customer") && !this.#waiting.includes(last);
    const words = read !== null && Number(last?.dataset.id) <= read ? TEXTS.read : TEXTS.delivered;
    const [mark] = this.#list.querySelectorAll(".delivered");
    // Drawing the same again would let a screen reader say it again.
    if (isMarked && mark?.parentElement === last && mark.textContent === words) return;
    mark?.remove();
    if (isMarked) last.append(el("p", { class: "mark-sent delivered" }, words));
  }

  /** @param {boolean} loading a history that is being read is not spoken message by message */
  setLoading(loading) {
    this.element.setAttribute("aria-busy", String(loading));
  }

  clear() {
    this.#list.replaceChildren();
    this.#waiting = [];
    this.#choices = [];
    this.#empty.hidden = false;
  }

  scrollToEnd() {
    this.#following = true;
    this.#keepUp();
  }

  #keepUp() {
    if (!this.#following) return;
    this.element.scrollTop = this.element.scrollHeight;
    this.#end = this.element.scrollTop;
  }

  /** Whoever scrolls up to read stays there, whatever comes in; a list that only became smaller is no scrolling up. */
  #watchScrolling() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    const fromEnd = scrollHeight - scrollTop - clientHeight;
    if (clientHeight) this.#following = fromEnd < FOLLOWING_PX || scrollTop > this.#end - FOLLOWING_PX;
  }

  #item(message) {
    return el(
      "li",
      { class: `message ${message.sender}`, "data-id": message.id ?? null },
      el(
        "p",
        { class: "label" },
        el("span", { class: "who" }, senderName(message)),
        el("time", { datetime: message.at }, shortTime(message.at)),
      ),
      el("div", { class: "text", lang: message.language ?? null }, ...linked(message.text, TEXTS.newTab)),
      ...this.#choicesOf(message),
    );
  }

  #choicesOf(message) {
    if (!message.buttons?.length) return [];
    const buttons = message.buttons.map(({ title, payload }) =>
      el("button", { class: "choice", type: "button", onclick: (event) => this.#choose(event.currentTarget, payload, title) }, title),
    );
    this.#choices.push(...buttons);
    return [el("div", { class: "choices", lang: message.language ?? null }, ...buttons)];
  }

  #choose(button, payload, title) {
    const hadFocus = button.matches(":focus");
    button.setAttribute("aria-pressed", "true");
    this.onChoice(payload, title);
    // A disabled button loses the focus to the page; keep the keyboard user inside the conversation.
    if (hadFocus) this.element.focus({ preventScroll: true });
  }

  /** A question that was answered cannot be answered again. */
  #retireChoices() {
    this.#choices.forEach((button) => {
      button.disabled = true;
    });
    this.#choices = [];
  }
}
