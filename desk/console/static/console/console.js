/** What the console's pages do beyond their links and forms: live news, and keeping what an employee has typed. */
import { connectSwitch, showWaiting } from "./alerts.js";
import { reportRead } from "./attention.js";
import { connectDrafts, forget } from "./drafts.js";
import { News } from "./live.js";
import { connectMenu } from "./menu.js";

/** Dutch sentences of this script. The other texts are in the templates. */
const TEXTS = {
  offline: "De live-verbinding is weg. U ziet misschien niet alles. We proberen het opnieuw.",
  loggedOut: "U bent uitgelogd. Uw tekst is bewaard. Log opnieuw in en ga daarna verder.",
  expired: "Deze pagina is verlopen. Uw tekst is bewaard. Vernieuw de pagina en verstuur opnieuw.",
  notSent: "Versturen is niet gelukt. Uw tekst staat nog in het vak. Probeer het opnieuw.",
  discard: "U hebt nog tekst die niet is verstuurd. Toch doorgaan?",
};

const FOLLOWING_PX = 80;
const byId = (id) => document.getElementById(id);

/** Being logged out explains every other failure, so nothing else is said after that. */
let loggedOut = false;

function tell(sentence) {
  if (loggedOut) return;
  const notice = byId("live-notice");
  if (!notice || (notice.textContent === sentence && !notice.hidden)) return;
  notice.textContent = sentence;
  notice.hidden = !sentence;
}

// --- the transcript: follow the conversation, unless the employee is reading back -----------------------------------
let following = true;

function scrollToEnd() {
  const log = byId("log");
  if (log && following) log.scrollTop = log.scrollHeight;
}

byId("log")?.addEventListener("scroll", ({ target }) => {
  following = target.scrollHeight - target.scrollTop - target.clientHeight < FOLLOWING_PX;
});

// --- the answer that is being typed ---------------------------------------------------------------------------------
const composer = () => document.querySelector("form#composer");

/** What stands in the transcript already was sent: by a page whose scripts were not there yet, or whose answer got lost. */
function forgetSaid() {
  const form = composer();
  const said = [...document.querySelectorAll("#messages .message.employee .text")].at(-1)?.textContent.trim();
  if (!form || !said || form.elements.text.value.trim() !== said) return;
  form.elements.text.value = "";
  forget(form);
}

document.addEventListener("keydown", (event) => {
  const { target, key, shiftKey, isComposing } = event;
  if (key !== "Enter" || shiftKey || isComposing || !target.matches?.("#composer textarea")) return;
  event.preventDefault();
  target.form.requestSubmit();
});

/** Whoever ends the ticket with an unsent answer in the box is asked first. */
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("a[data-warn-draft]") || !composer()?.elements.text.value.trim()) return;
  if (!window.confirm(TEXTS.discard)) event.preventDefault();
});

/** Alt and a letter presses what has that shortcut. By place on the keyboard: on a Mac, Alt makes another character. */
document.addEventListener("keydown", (event) => {
  const { code, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (!altKey || ctrlKey || metaKey || shiftKey || !code.startsWith("Key")) return;
  const control = document.querySelector(`[aria-keyshortcuts="Alt+${code.slice(3)}"]`);
  if (!control) return;
  event.preventDefault();
  control.click();
});

/** In a group of choices that asks for it, a digit chooses; only while the focus is inside, so it disturbs nobody. */
document.addEventListener("keydown", (event) => {
  const { target, key, altKey, ctrlKey, metaKey } = event;
  const group = !altKey && !ctrlKey && !metaKey && target.closest?.("[data-digits]");
  const choice = group && group.querySelectorAll('input[type="radio"]')[Number(key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.focus();
});

document.body.addEventListener("balie:sent", () => {
  const form = composer();
  if (form) forget(form);
  following = true;
  tell("");
});

// --- what htmx reports ----------------------------------------------------------------------------------------------
const isReply = ({ detail }) => detail.elt?.matches("form#composer");

function setSending(event, sending) {
  if (isReply(event)) event.detail.elt.elements.text.readOnly = sending;
}

function failed(event) {
  const status = event.detail.xhr?.status;
  if (status === 401) {
    tell(TEXTS.loggedOut);
    loggedOut = true;
  } else if (isReply(event)) tell(status === 403 ? TEXTS.expired : TEXTS.notSent);
}

/** A count that is still the same is left alone: a screen reader would read it again. */
function keepSameCount({ detail }) {
  if (detail.target.id !== "counter") return;
  const [before, after] = [detail.target.innerHTML, detail.serverResponse].map((html) => html.trim());
  if (before === after) detail.shouldSwap = false;
}

/** The list of calls has forms in it: while one is in use it is left alone, or what was filled in would be lost. */
const isInCallForm = () => document.activeElement?.closest("#calls form") || document.querySelector("#calls form[data-touched]");

/** Also when the form was touched only after the new list was asked for. */
function keepCallForm({ detail }) {
  if (detail.target.id === "calls" && isInCallForm()) detail.shouldSwap = false;
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("#calls form");
  if (form) form.dataset.touched = "";
});

document.body.addEventListener("htmx:beforeSwap", keepSameCount);
document.body.addEventListener("htmx:beforeSwap", keepCallForm);
document.body.addEventListener("htmx:beforeRequest", (event) => setSending(event, true));
document.body.addEventListener("htmx:afterRequest", (event) => setSending(event, false));
["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => document.body.addEventListener(name, failed));
document.body.addEventListener("htmx:afterSettle", () => {
  showWaiting();
  scrollToEnd();
});

function announce(kind) {
  document.body.dispatchEvent(new CustomEvent(`balie:${kind}`));
  if (kind === "queue" && !isInCallForm()) document.body.dispatchEvent(new CustomEvent("balie:calls"));
}

connectMenu();
connectDrafts();
forgetSaid();
connectSwitch();
showWaiting();
scrollToEnd();
reportRead();
const { news } = document.body.dataset;
if (news) {
  new News(
    news,
    announce,
    (online) => tell(online ? "" : TEXTS.offline),
  );
}
