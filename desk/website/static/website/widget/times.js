/** Times as a reader of the chat's language expects them, in the reader's own time zone. */
import { language } from "./texts.js";

const LOCALES = { nl: "nl-NL", en: "en-GB" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const DAY = { day: "numeric", month: "short" };
const FULL = { dateStyle: "long", timeStyle: "short" };
const formats = new Map();

/** Making a format is slow, so each is made once. */
function format(options, at) {
  const key = `${language()} ${Object.keys(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(LOCALES[language()], options));
  return formats.get(key).format(at);
}

/** @param {string} iso → "09:12", or "22 nov 09:12" when it was not today */
export function shortTime(iso) {
  const at = new Date(iso);
  const clock = format(CLOCK, at);
  return at.toDateString() === new Date().toDateString() ? clock : `${format(DAY, at)} ${clock}`;
}

/** @param {Date|string} at → "23 november 2026 om 09:12" */
export function fullTime(at) {
  return format(FULL, new Date(at));
}
