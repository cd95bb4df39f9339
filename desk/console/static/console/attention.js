/** Tells the desk what the employee has read and that they are typing; only of a conversation that they have. */

/** More often would tell the customer nothing new: typing counts for six seconds (conversations/attention.py). */
const TYPING_EVERY_MS = 3_000;

let lastRead = 0;
let lastTyped = 0;

const composer = () => document.querySelector("form#composer");

function post(url, fields = {}) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", composer().elements.csrfmiddlewaretoken.value);
  Object.entries(fields).forEach(([name, value]) => body.set(name, value));
  return fetch(url, { method: "POST", body });
}

/** What stands on a screen that is looked at is read. A report that fails is made again with the next news. */
export function reportRead() {
  const last = Number(document.getElementById("last-id")?.value ?? 0);
  if (!composer() || document.hidden || last <= lastRead) return;
  const before = lastRead;
  lastRead = last;
  post(composer().dataset.read, { tot: last }).then(
    ({ ok }) => ok || (lastRead = before),
    () => (lastRead = before),
  );
}

function reportTyping({ target }) {
  const form = target.form;
  if (!form?.matches("#composer") || !target.value.trim() || Date.now() - lastTyped < TYPING_EVERY_MS) return;
  lastTyped = Date.now();
  post(form.dataset.typing).catch(() => {}); // a sign that is late is of no use, so it is not sent again
}

document.addEventListener("input", reportTyping);
document.addEventListener("visibilitychange", reportRead);
document.body.addEventListener("balie:sent", () => (lastTyped = 0));
document.body.addEventListener("htmx:afterSettle", reportRead);
