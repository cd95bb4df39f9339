/** The box in which the customer writes. Nothing that was typed is lost: a refused message comes back into it. */
import { el, icon } from "./dom.js";
import { TEXTS, fill } from "./texts.js";

/** The desk's limit (docs/contracts.md); counted in code points, as the desk does. */
const LONGEST = 2000;
const COUNT_FROM = 1800;

export class Composer {
  #box = el("textarea", {
    id: "box",
    rows: "1",
    placeholder: TEXTS.boxHint,
    autocomplete: "off",
    "aria-describedby": "note",
    enterkeyhint: "send",
  });
  #note = el("p", { id: "note", class: "note", hidden: true, "aria-live": "polite" });

  /**
   * @param {(text: string) => void} onSend
   * @param {(draft: string) => void} onDraft what is in the box, after each change
   */
  constructor(onSend, onDraft) {
    this.onSend = onSend;
    this.onDraft = onDraft;
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.element = el(
      "form",
      { class: "composer", novalidate: true, onsubmit: (event) => this.#submit(event) },
      el(
        "div",
        { class: "row" },
        el("label", { class: "unseen", for: "box" }, TEXTS.box),
        this.#box,
        el("button", { class: "send", type: "submit", "aria-label": TEXTS.send, title: TEXTS.send }, icon("send")),
      ),
      this.#note,
    );
  }

  focus() {
    this.#box.focus();
  }

  get text() {
    return this.#box.value;
  }

  set text(value) {
    this.#box.value = value;
    this.#typed();
  }

  /** The desk will not take this message: its text returns to the box, before what was typed since. */
  giveBack(text, sentence) {
    this.text = this.text ? `${text}\n${this.text}` : text;
    this.#say(`${sentence ?? ""} ${TEXTS.refused}`.trim(), true);
  }

  #typed() {
    this.onDraft(this.text);
    const left = LONGEST - [...this.text.trim()].length;
    if (left < 0) this.#say(fill(TEXTS.tooLong, { count: -left }), true);
    else if (left < LONGEST - COUNT_FROM) this.#say(fill(TEXTS.charactersLeft, { count: left }), false);
    else this.#say("", false);
  }

  #say(sentence, problem) {
    this.#note.textContent = sentence;
    this.#note.hidden = !sentence;
    this.#note.classList.toggle("problem", problem);
    this.#box.setAttribute("aria-invalid", String(problem));
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.text.trim();
    if (!text || [...text].length > LONGEST) {
      this.#box.focus();
      return;
    }
    this.text = "";
    this.onSend(text);
  }
}
