/**
 * Lets the page's own buttons speak to the chat. Without the chat (blocked, not loaded) they stay what they are: links to
 * the section with phone number and e-mail address.
 */
function chat() {
  const element = document.querySelector("aanspreekpunt-chat");
  return element && "requestHuman" in element ? element : null;
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-chat]");
  const element = control && chat();
  if (!element) return;
  event.preventDefault();
  const { chat: what, question } = control.dataset;
  if (what === "human") element.requestHuman();
  else if (what === "ask") element.ask(question);
  else element.open();
});
