/** The panel's head: says in words who is answering, a digital assistant or a named human (R14). */
import { el, icon } from "./dom.js";
import { capitalised } from "./senders.js";
import { TEXTS, fill } from "./texts.js";

export class Header {
  #title = el("h2", { id: "title", tabindex: "-1" });
  #subtitle = el("p");
  #mark = el("span", { class: "mark" });
  #shown = "";

  /**
   * @param {{organisation: string, assistant: string}} facts names
   * @param {{save: () => void, forget: () => void, close: (() => void)|null}} actions close: null when always open
   */
  constructor(facts, { save, forget, close }) {
    this.facts = facts;
    this.element = el(
      "div",
      { class: "head" },
      this.#mark,
      el("div", { class: "titles" }, this.#title, this.#subtitle),
      el(
        "div",
        { class: "tools" },
        this.#tool("save", TEXTS.save, save),
        this.#tool("restart", TEXTS.forget, forget),
        ...(close ? [this.#tool("close", TEXTS.close, close)] : []),
      ),
    );
  }

  focus() {
    this.#title.focus();
  }

  /**
   * @param {string} state of the conversation
   * @param {string|null} employee the name of the employee who has it
   */
  show(state, employee) {
    const key = `${state}|${employee}`;
    if (key === this.#shown) return;
    this.#shown = key;
    const [who, title, subtitle] = this.#words(state, employee);
    this.element.dataset.who = who;
    this.#title.textContent = title;
    this.#subtitle.textContent = fill(subtitle, this.facts);
    this.#mark.replaceChildren(icon(who === "assistant" ? "spark" : "person"));
  }

  #words(state, employee) {
    if (state === "with_employee") {
      const title = employee ? fill(TEXTS.employeeTitle, { name: employee }) : TEXTS.someEmployee;
      return ["employee", title, TEXTS.employeeSubtitle];
    }
    if (state === "waiting") return ["waiting", TEXTS.waitingTitle, TEXTS.waitingSubtitle];
    return ["assistant", capitalised(this.facts.assistant) || TEXTS.assistantTitle, TEXTS.assistantSubtitle];
  }

  #tool(name, label, action) {
    return el("button", { class: "tool", type: "button", "aria-label": label, title: label, onclick: action }, icon(name));
  }
}
