/**
 * A new ticket is heard, and the tab's title counts who waits. One switch for both; the browser remembers it.
 *
 * Browsers let a page make sound only after somebody has used it; until then a ring is not heard.
 */

const KEY = "balie:alerts";
/** Two soft tones, in hertz, each for so many seconds. */
const TONES = [660, 880];
const TONE_SECONDS = 0.16;
const LOUDNESS = 0.12;

const bareTitle = document.title;
let audio = null;
let newest = null;

const counter = () => document.querySelector("#counter [data-count]");
const isOn = () => localStorage.getItem(KEY) !== "off";

async function ring() {
  if (!navigator.userActivation.hasBeenActive) return;
  audio ??= new AudioContext();
  await audio.resume(); // a browser may have put a sound that was long unused to sleep
  TONES.forEach((hertz, index) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const begin = audio.currentTime + index * TONE_SECONDS;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUDNESS, begin);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + TONE_SECONDS);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + TONE_SECONDS);
  });
}

/** Show what the counter says now; ring when somebody has come into the queue since the last time. */
export function showWaiting() {
  const data = counter()?.dataset;
  if (!data) return;
  const count = Number(data.count);
  document.title = count && isOn() ? `(${count}) ${bareTitle}` : bareTitle;
  const latest = Number(data.newest || 0);
  if (newest !== null && latest > newest && isOn()) ring();
  newest = Math.max(latest, newest ?? 0);
}

/** The switch in the page's head; without scripts it is not shown. */
export function connectSwitch() {
  const button = document.getElementById("alerts");
  if (!button) return;
  const show = () => button.setAttribute("aria-pressed", String(isOn()));
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, isOn() ? "off" : "on");
    show();
    showWaiting();
  });
}
