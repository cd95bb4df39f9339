/** One line that says how things stand: the connection, the wait for a human. Spoken politely (role="status"). */
import { el, linked } from "./dom.js";
import { TEXTS, fill } from "./texts.js";

/**
 * The most urgent thing to say about a conversation.
 * @param {import("./conversation.js").Conversation} conversation
 * @param {boolean} facts phone and e-mail are known
 * @returns {{sentence: string, tone: "problem"|"human"|"plain", ways: boolean}} ways: show phone and e-mail beside it
 */
export function statusOf(conversation, facts) {
  const { state, ticket, online, wishState, pending, throttledUntil, satisfaction } = conversation;
  if (wishState === "unreachable") {
    return { sentence: facts ? TEXTS.humanUnreachable : TEXTS.humanUnreachableNoFacts, tone: "problem", ways: true };
  }
  if (wishState === "asking") return { sentence: TEXTS.asking, tone: "human", ways: false };
  if (!online) {
    return { sentence: pending.length ? TEXTS.offlineQueued : TEXTS.offline, tone: "problem", ways: true };
  }
  if (throttledUntil) {
    const seconds = Math.max(1, Math.ceil((throttledUntil - Date.now()) / 1000));
    return { sentence: fill(TEXTS.throttled, { seconds }), tone: "problem", ways: false };
  }
  if (state === "waiting" && ticket) {
    return { sentence: fill(TEXTS.waiting, { ticket, place: placeOf(conversation.waiting) }), tone: "human", ways: false };
  }
  if (state === "with_employee") return { sentence: TEXTS.withEmployee, tone: "human", ways: false };
  if (satisfaction && state !== "closed") return { sentence: TEXTS.scoreAsk, tone: "plain", ways: false };
  if (state === "closed") return { sentence: TEXTS.closed, tone: "plain", ways: false };
  return { sentence: "", tone: "plain", ways: false };
}

/** The place in the queue and how long it takes, in words; only what the desk knows. */
function placeOf(waiting) {
  if (!waiting) return TEXTS.waitingUnknown;
  const { position, minutes, is_open: isOpen, opens } = waiting;
  if (!isOpen) return opens ? fill(TEXTS.waitingOpens, { opens }) : TEXTS.waitingClosed;
  const place = position === 1 ? TEXTS.waitingFirst : fill(TEXTS.waitingPlace, { position });
  if (minutes === null) return `${place} ${TEXTS.waitingUnknown}`;
  return `${place} ${minutes === 1 ? TEXTS.waitingMinute : fill(TEXTS.waitingMinutes, { minutes })}`;
}

export class StatusLine {
  element = el("div", { class: "status", role: "status" });
  #shown = "";
  #asking = false;

  /**
   * @param {{sentence: string, tone: string, ways: boolean}} status
   * @param {() => Node[]} contactLinks
   */
  show({ sentence, tone, ways }, contactLinks) {
    const links = sentence && ways ? contactLinks() : [];
    const key = [sentence, ...links.map((link) => link.textContent)].join("|");
    if (this.#asking || key === this.#shown) return;
    this.#shown = key;
    this.element.dataset.tone = tone;
    this.element.replaceChildren(...(sentence ? [el("p", {}, ...linked(sentence, ""))] : []));
    if (links.length) this.element.append(el("p", { class: "ways" }, ...links));
  }

  /**
   * A question with two answers in the line itself: no window that has to be closed. Call `show` afterwards.
   * @returns {Promise<boolean>}
   */
  ask(question, yes, no) {
    return new Promise((resolve) => {
      const answer = (value) => () => {
        this.#asking = false;
        resolve(value);
      };
      const first = el("button", { class: "answer", type: "button", onclick: answer(true) }, yes);
      this.#asking = true;
      this.#shown = "";
      this.element.dataset.tone = "plain";
      this.element.replaceChildren(
        el("p", {}, ...linked(question, "")),
        first,
        el("button", { class: "answer", type: "button", onclick: answer(false) }, no),
      );
      first.focus();
    });
  }
}
