/**
 * One question after a ticket was closed. It stands above the box, takes no focus, and can be put away: the customer
 * owes us no answer, and no answer is sent as none.
 */
import { Refused } from "./api.js";
import { el } from "./dom.js";
import { TEXTS } from "./texts.js";

const SCORES = [1, 2, 3, 4, 5];
const LONGEST_REMARK = 1000; // docs/contracts.md, section 1

export class Satisfaction {
  #ticket = null;
  #sending = false;
  #meaning = el("p", { class: "meaning" }, TEXTS.scoreEnds);
  #remark = el("textarea", { rows: "2", "aria-label": TEXTS.remark, placeholder: TEXTS.remark, maxlength: String(LONGEST_REMARK) });
  #problem = el("p", { class: "note problem", role: "alert", hidden: true });
  #send = el("button", { class: "answer", type: "submit" }, TEXTS.scoreSend);
  #more = el("div", { class: "more", hidden: true }, this.#remark);

  /**
   * @param {object} actions
   * @param {(ticket: string, score: number, remark: string) => Promise<void>} actions.rate
   * @param {(ticket: string) => void} actions.dismiss
   * @param {(thanks: string|null) => void} actions.done the question went away after the customer did something
   */
  constructor({ rate, dismiss, done }) {
    this.actions = { rate, dismiss, done };
    this.element = el(
      "form",
      { class: "satisfaction", hidden: true, novalidate: true, onsubmit: (event) => this.#submit(event), onchange: () => this.#chosen() },
      el(
        "fieldset",
        {},
        el("legend", {}, TEXTS.scoreQuestion),
        el("div", { class: "scores" }, ...SCORES.map((score) => this.#choice(score))),
      ),
      this.#meaning,
      this.#more,
      this.#problem,
      el("div", { class: "row" }, this.#send, el("button", { class: "answer quiet", type: "button", onclick: () => this.#dismiss() }, TEXTS.scoreLater)),
    );
    this.#send.hidden = true;
  }

  /** @param {string|null} ticket about which may be asked now */
  show(ticket) {
    if (ticket === this.#ticket) return;
    this.#ticket = ticket;
    this.element.hidden = !ticket;
    this.element.reset();
    this.#chosen();
    this.#tell("");
  }

  #choice(score) {
    const name = `${score}, ${TEXTS.scores[score - 1]}`;
    return el("label", { class: "score", title: name }, el("input", { type: "radio", name: "score", value: String(score), "aria-label": name }), el("span", { "aria-hidden": "true" }, String(score)));
  }

  get #score() {
    return Number(this.element.elements.score.value);
  }

  #chosen() {
    const score = this.#score;
    this.#meaning.textContent = score ? `${score}: ${TEXTS.scores[score - 1]}` : TEXTS.scoreEnds;
    this.#more.hidden = !score;
    this.#send.hidden = !score;
  }

  #tell(sentence) {
    this.#problem.textContent = sentence;
    this.#problem.hidden = !sentence;
  }

  async #submit(event) {
    event.preventDefault();
    const [ticket, score] = [this.#ticket, this.#score];
    if (!score || this.#sending) return;
    this.#sending = true;
    this.#tell("");
    try {
      await this.actions.rate(ticket, score, this.#remark.value.trim());
      this.#finish(TEXTS.scoreThanks);
    } catch (error) {
      // Answered already, in another tab perhaps, or the question has expired: there is nothing left to ask.
      if (error instanceof Refused && [404, 409].includes(error.status)) this.#finish(error.sentence);
      else this.#tell(error instanceof Refused && error.sentence ? `${error.sentence} ${TEXTS.scoreKept}` : TEXTS.scoreFailed);
    } finally {
      this.#sending = false;
    }
  }

  #dismiss() {
    this.actions.dismiss(this.#ticket);
    this.#finish(null);
  }

  #finish(thanks) {
    this.show(null);
    this.actions.done(thanks);
  }
}
