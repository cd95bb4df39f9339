/**
 * What the widget itself says, in the language of the page's chat: one file a language, with the same keys.
 * `{name}` stands for a value that `fill` puts in.
 */
import { ENGLISH } from "./texts_en.js";
import { DUTCH } from "./texts_nl.js";

const CATALOGUES = { nl: DUTCH, en: ENGLISH };

/** The sentences. One language a page: every part of the widget reads them here when it needs them. */
export const TEXTS = { ...DUTCH };

let current = "nl";

/** @param {string|null} wanted as in an attribute `lang`, "en-GB" too; a language without a catalogue becomes Dutch */
export function speak(wanted) {
  const [language] = (wanted ?? "").toLowerCase().split("-");
  current = language in CATALOGUES ? language : "nl";
  Object.assign(TEXTS, CATALOGUES[current]);
}

/** @returns {"nl"|"en"} */
export function language() {
  return current;
}

/**
 * Put values into a sentence.
 * @param {string} sentence a value of TEXTS
 * @param {Object<string, string|number>} values
 * @returns {string}
 */
export function fill(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}
