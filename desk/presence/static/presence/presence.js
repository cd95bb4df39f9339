/**
 * Tells the desk every minute that this page is open, and whether somebody used it since. Only real input counts: what
 * the page's scripts ask for by themselves keeps nobody present and no session alive.
 */

const PING_MS = 60_000;
const INPUT = ["keydown", "pointerdown", "wheel", "touchstart"];

let used = false;
let latest = Date.now(); // loading the page told it

function ping() {
  const form = document.getElementById("ping");
  if (!form) return;
  form.elements.actief.value = used ? "1" : "0";
  used = false;
  latest = Date.now();
  document.body.dispatchEvent(new CustomEvent("balie:ping"));
}

function noteInput() {
  used = true;
  // Who comes back after a while is there at once, not at the next tick.
  if (Date.now() - latest > PING_MS) ping();
}

for (const kind of INPUT) document.addEventListener(kind, noteInput, { passive: true, capture: true });
setInterval(ping, PING_MS);
document.addEventListener("visibilitychange", () => !document.hidden && ping());
