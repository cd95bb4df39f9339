/**
 * "Anna typt…": the employee only, never the assistant (R16). Outside the log and no live region: a screen reader finds
 * it there, and is not interrupted by it.
 */
import { el } from "./dom.js";
import { TEXTS, fill } from "./texts.js";

export class TypingLine {
  element = el("p", { class: "typing", hidden: true });
  #timer = null;

  /**
   * @param {string} employee
   * @param {number} seconds after which it goes by itself
   */
  show(employee, seconds) {
    clearTimeout(this.#timer);
    this.element.textContent = fill(TEXTS.typing, { name: employee });
    this.element.hidden = false;
    this.#timer = setTimeout(() => this.hide(), seconds * 1000);
  }

  hide() {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }
}
