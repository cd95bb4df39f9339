/** Puts text in the answer that is being written. Nothing is sent by it. */

/** What is still to be filled in, e.g. {klant}. */
const TO_FILL_IN = /\{[^{}\n]{1,60}\}/;

/**
 * Put text at the cursor, in the place of what is selected, and the focus in the box. Where something is to be filled in,
 * that is selected, so that typing replaces it.
 * @param {HTMLTextAreaElement|null} box
 * @param {string} text
 */
export function insert(box, text) {
  if (!box) return;
  const from = box.selectionStart;
  box.focus();
  if (!text) return;
  box.setRangeText(text, from, box.selectionEnd, "end");
  const gap = text.match(TO_FILL_IN);
  if (gap) box.setSelectionRange(from + gap.index, from + gap.index + gap[0].length);
  box.dispatchEvent(new Event("input", { bubbles: true })); // the draft is kept, as when it is typed
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-insert]");
  if (button) insert(document.querySelector("#composer textarea"), button.dataset.insert);
});
