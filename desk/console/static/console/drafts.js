/**
 * Keeps what an employee has typed and not yet stored: in this tab only, until the desk has stored it or the employee logs
 * out. So nothing is lost when the session ends halfway, the page is reloaded or the line breaks.
 *
 * A form takes part with `data-draft`, a name that no other form of the console has. Passwords and files are never kept.
 * Whether a form was stored the desk says itself, with a cookie named after what the form was sent with
 * (`console/drafts.py`): a page that comes back after sending may as well be the log-in page, or nothing at all.
 */

/** Dutch sentences of this script. */
const TEXTS = {
  restored: "Dit had u getypt en nog niet bewaard.",
  discard: "Begin opnieuw",
};

const PREFIX = "balie:draft:";
const NEVER_KEPT = ["password", "file", "hidden", "submit", "button"];

const keyOf = (form) => `${PREFIX}${document.body.dataset.employee}:${form.dataset.draft}`;
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !NEVER_KEPT.includes(field.type));
const isChoice = (field) => field.type === "checkbox" || field.type === "radio";

/** What is filled in, one value per field in order: text, or whether it is ticked, or the chosen options. */
function read(form) {
  return fieldsOf(form).map((field) => {
    const value = isChoice(field) ? `${field.value}=${field.checked}` : [...(field.selectedOptions ?? [field])].map((one) => one.value);
    return [field.name, value];
  });
}

function write(form, values) {
  fieldsOf(form).forEach((field, place) => {
    const [name, value] = values[place] ?? [];
    if (name !== field.name) return;
    if (isChoice(field)) {
      if (value.startsWith(`${field.value}=`)) field.checked = value.endsWith("=true");
    } else if (field.options) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value[0];
  });
}

const load = (key) => JSON.parse(sessionStorage.getItem(key));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function keep(form, token = null) {
  sessionStorage.setItem(keyOf(form), JSON.stringify({ values: read(form), token }));
}

/** Forget what was typed in a form: it was stored, or is not wanted. */
export function forget(form) {
  sessionStorage.removeItem(keyOf(form));
}

/** Forget everything, of every employee who used this tab. */
function forgetAll() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

/** Forget what the desk says that it has stored. */
function forgetStored() {
  for (const key of Object.keys(sessionStorage).filter((each) => each.startsWith(PREFIX))) {
    const { token } = load(key);
    if (!token || !document.cookie.includes(`stored_${token}=`)) continue;
    sessionStorage.removeItem(key);
    document.cookie = `stored_${token}=; path=/balie/; max-age=0`;
  }
}

function offerToDiscard(form, before) {
  const line = document.createElement("p");
  line.className = "notice draft";
  line.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = TEXTS.discard;
  button.addEventListener("click", () => {
    write(form, before);
    forget(form);
    delete form.dataset.touched;
    line.remove();
    fieldsOf(form)[0].focus();
  });
  line.append(`${TEXTS.restored} `, button);
  form.prepend(line);
}

/**
 * Put back what was typed.
 * @param {HTMLFormElement} form
 * @param {boolean} quietly without a word and a way back, where the form itself makes clear whose text it is
 * @returns {boolean} whether there was anything that the form does not show already
 */
export function restore(form, quietly = "draftQuietly" in form.dataset) {
  const draft = load(keyOf(form));
  const before = read(form);
  if (!draft || same(draft.values, before)) return false;
  write(form, draft.values);
  if (same(read(form), before)) return false;
  form.dataset.touched = "";
  const shut = form.closest("details");
  if (shut) shut.open = true;
  if (!quietly) offerToDiscard(form, before);
  return true;
}

const formOf = (target) => target.closest?.("form[data-draft]");

function noteInput({ target }) {
  const form = formOf(target);
  if (form) keep(form);
}

/** The form is sent with a name of its own, by which the desk says that it stored it. */
function noteSubmit({ target }) {
  if (!target.matches("form[data-draft]")) return;
  const token = crypto.getRandomValues(new Uint32Array(3)).join("");
  const named = target.elements.draft ?? target.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "draft" }));
  named.value = token;
  keep(target, token);
}

/** Begin: put back what is on this page, and keep what is typed from now on. */
export function connectDrafts() {
  forgetStored();
  document.querySelectorAll("form[data-draft]").forEach((form) => restore(form));
  document.addEventListener("input", noteInput);
  document.addEventListener("change", noteInput);
  document.addEventListener("submit", noteSubmit, { capture: true });
  document.addEventListener("submit", ({ target }) => "forgetsDrafts" in target.dataset && forgetAll());
}
