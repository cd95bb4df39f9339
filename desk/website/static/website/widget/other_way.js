/**
 * Another way to be helped for who waits: to be called, or an answer by e-mail. Stands above the box, takes no focus and
 * takes nothing away: the ticket stays, and waiting on is always possible.
 */
import { Refused } from "./api.js";
import { el } from "./dom.js";
import { TEXTS } from "./texts.js";

export class OtherWay {
  #offered = "";
  #busy = false;
  #ways = el("div", { class: "ways" });
  #fields = el("div", { class: "fields" });
  #problem = el("p", { class: "note problem", id: "way-problem", role: "alert", hidden: true });
  #send = el("button", { class: "answer", type: "submit", hidden: true }, TEXTS.wayConfirm);

  /**
   * @param {object} actions
   * @param {(choice: {wish: string, phone?: string, email?: string, callback_slot?: string}) => Promise<void>} actions.choose
   * @param {() => Promise<{id: string, label: string}[]>} actions.slots when one can be called
   * @param {() => void} actions.done the customer has chosen
   */
  constructor(actions) {
    this.actions = actions;
    this.element = el(
      "form",
      { class: "other-way", hidden: true, novalidate: true, onsubmit: (event) => this.#submit(event), onchange: (event) => this.#chosen(event) },
      el("fieldset", {}, el("legend", {}, TEXTS.wayQuestion), this.#ways),
      this.#fields,
      this.#problem,
      this.#send,
    );
  }

  /** @param {string[]} wishes that can be chosen now, e.g. ["call_back", "email"] */
  show(wishes) {
    const offered = wishes.join();
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.element.hidden = !wishes.length;
    this.#ways.replaceChildren(...wishes.map((wish) => this.#way(wish)));
    this.#fields.replaceChildren();
    this.#send.hidden = true;
    this.#tell("");
  }

  #way(wish) {
    return el("label", { class: "way" }, el("input", { type: "radio", name: "wish", value: wish }), TEXTS.ways[wish]);
  }

  get #wish() {
    return this.element.elements.wish?.value ?? "";
  }

  #chosen({ target }) {
    if (target.name !== "wish") return;
    this.#tell("");
    this.#send.hidden = false;
    this.#fields.replaceChildren(...(this.#wish === "email" ? [this.#field("email", "email")] : [this.#field("phone", "tel")]));
    if (this.#wish === "call_back") this.#offerSlots();
  }

  #field(name, type) {
    const id = `way-${name}`;
    const attributes = { id, name, type, autocomplete: type, "aria-describedby": "way-problem", required: true };
    return el("p", {}, el("label", { for: id }, TEXTS.wayFields[name]), el("input", attributes));
  }

  /** A moment is a choice, never a condition: without an answer from the desk the customer is called as soon as possible. */
  async #offerSlots() {
    const slots = await this.actions.slots().catch(() => []);
    if (!slots.length || this.#wish !== "call_back" || this.element.elements.callback_slot) return;
    const options = slots.map(({ id, label }) => el("option", { value: id }, label));
    this.#fields.append(
      el(
        "p",
        {},
        el("label", { for: "way-slot" }, TEXTS.wayFields.callback_slot),
        el("select", { id: "way-slot", name: "callback_slot" }, el("option", { value: "" }, TEXTS.waySoon), ...options),
      ),
    );
  }

  #tell(sentence, field = null) {
    this.#problem.textContent = sentence;
    this.#problem.hidden = !sentence;
    for (const input of this.#fields.querySelectorAll("input, select")) {
      input.setAttribute("aria-invalid", String(input.name === field));
      if (input.name === field) input.focus();
    }
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#busy || !this.#wish) return;
    this.#busy = true;
    this.#tell("");
    const entered = [...new FormData(this.element)].filter(([, value]) => value.trim());
    try {
      await this.actions.choose(Object.fromEntries(entered));
      this.show([]);
      this.actions.done();
    } catch (error) {
      const known = error instanceof Refused && error.sentence;
      this.#tell(known ? error.sentence : TEXTS.wayFailed, known ? error.field : null);
    } finally {
      this.#busy = false;
    }
  }
}
