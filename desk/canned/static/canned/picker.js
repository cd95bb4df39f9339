/**
 * Choosing a canned reply with the keyboard: "/" in the composer opens a search box, Enter puts the reply in the answer.
 * The focus goes to the box only because the employee asked for it, and back to the answer when it closes.
 */
import { insert } from "../console/composer.js";

const panel = document.getElementById("canned");
const search = document.getElementById("canned-search");
const list = document.getElementById("canned-options");
const none = document.getElementById("canned-none");

const answer = () => document.querySelector("#composer textarea");
const options = () => [...list.querySelectorAll("[role=option]")];

function open() {
  panel.hidden = false;
  search.value = "";
  search.focus();
  search.dispatchEvent(new CustomEvent("balie:canned"));
}

function close(typed = "") {
  panel.hidden = true;
  insert(answer(), typed);
}

function select(option) {
  options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
  if (option) search.setAttribute("aria-activedescendant", option.id);
  else search.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = options();
  const now = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (all.length) select(all[(now + step + all.length) % all.length]);
}

function choose(option) {
  if (option) close(option.dataset.text);
}

/** A slash begins a search where it begins a word; anywhere else ("en/of") it is a slash. */
function beginsSearch({ value, selectionStart }) {
  return selectionStart === 0 || /\s/.test(value[selectionStart - 1]);
}

const KEYS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: () => choose(list.querySelector("[aria-selected=true]")),
  Escape: () => close(),
};

function searchKey(event) {
  if (event.isComposing) return;
  // Twice a slash is a slash.
  const action = event.key === "/" && !search.value ? () => close("/") : KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

if (panel) {
  document.addEventListener("keydown", (event) => {
    const { target, key, isComposing } = event;
    if (key !== "/" || isComposing || target !== answer() || !beginsSearch(target)) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-canned-open]")) open();
    else if (target.closest("[data-canned-close]")) close();
  });
  search.addEventListener("keydown", searchKey);
  list.addEventListener("click", ({ target }) => choose(target.closest("[role=option]")));
  list.addEventListener("htmx:afterSettle", () => {
    none.hidden = options().length > 0;
    select(options()[0]);
  });
}
