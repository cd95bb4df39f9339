/** Times as a Dutch reader expects them, in the reader's own time zone. */

const CLOCK = new Intl.DateTimeFormat("nl-NL", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("nl-NL", { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat("nl-NL", { dateStyle: "long", timeStyle: "short" });

/** @param {string} iso → "09:12", or "22 nov 09:12" when it was not today */
export function shortTime(iso) {
  const at = new Date(iso);
  const clock = CLOCK.format(at);
  return at.toDateString() === new Date().toDateString() ? clock : `${DAY.format(at)} ${clock}`;
}

/** @param {Date|string} at → "23 november 2026 om 09:12" */
export function fullTime(at) {
  return FULL.format(new Date(at));
}
