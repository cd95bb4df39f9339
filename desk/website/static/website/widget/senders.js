/** Who said it: every message carries a label, in words (R15). */
import { TEXTS, fill, language } from "./texts.js";

/** @param {string} name */
export function capitalised(name) {
  return name.charAt(0).toLocaleUpperCase(language()) + name.slice(1);
}

/** @param {{sender: string, name: string|null}} message */
export function senderName({ sender, name }) {
  if (sender === "employee") return name ? fill(TEXTS.senders.employee, { name }) : TEXTS.someEmployee;
  // The organisation gave its assistant a Dutch name.
  if (sender === "assistant") return name && language() === "nl" ? capitalised(name) : TEXTS.senders.assistant;
  return TEXTS.senders[sender] ?? TEXTS.senders.system;
}
