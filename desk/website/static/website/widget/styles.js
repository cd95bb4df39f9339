/**
 * The widget's looks, as a constructable style sheet: a site's Content-Security-Policy needs no 'unsafe-inline'.
 * A site changes it with the custom properties --aanspreekpunt-… on <aanspreekpunt-chat> (docs/op-uw-site.md). Contrast of every pair below is at least 4.5:1 (text) or 3:1 (controls).
 */
const CSS = `
:host {
  --accent: var(--aanspreekpunt-accent, #1d5b46);
  --on-accent: var(--aanspreekpunt-on-accent, #ffffff);
  --accent-ink: var(--aanspreekpunt-accent, #1d5b46);
  --paper: #ffffff;
  --ground: #f7f5f0;
  --bubble: #edf0ea;
  --ink: #1b2420;
  --muted: #55605a;
  --line: #dcd9d0;
  --control: #7c867f;
  --employee: #fdf1dc;
  --employee-line: #b26a10;
  --employee-ink: #7a4506;
  --danger: #a3261b;
  --shadow: 0 1px 2px rgb(27 36 32 / .08), 0 12px 40px rgb(27 36 32 / .18);
  all: initial;
  position: fixed;
  --offset: var(--aanspreekpunt-offset, 20px);
  --radius: var(--aanspreekpunt-radius, 20px);
  inset-block-end: var(--offset);
  inset-inline-end: var(--offset);
  z-index: var(--aanspreekpunt-z-index, 2147483000);
  font: 400 16px/1.5 var(--aanspreekpunt-font, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif);
  color: var(--ink);
  color-scheme: light;
}
:host([position="left"]) { inset-inline: var(--offset) auto; }
:host([position="inline"]) { position: static; display: block; block-size: var(--aanspreekpunt-height, 640px);
  max-block-size: 90vh; }
:host([hidden]) { display: none; }
:host([theme="dark"]) { DARK }
@media (prefers-color-scheme: dark) { :host([theme="auto"]) { DARK } }

* , *::before, *::after { box-sizing: border-box; }
h2, p, ol { margin: 0; padding: 0; }
ol { list-style: none; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; }
svg { inline-size: 22px; block-size: 22px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75;
  stroke-linecap: round; stroke-linejoin: round; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 3px solid var(--accent-ink); outline-offset: 2px; }
[hidden] { display: none !important; }

.frame { display: flex; flex-direction: column; background: var(--paper); border: 1px solid var(--line);
  border-radius: var(--radius); box-shadow: var(--shadow); overflow: hidden; }
/* Not narrower or lower than its own words and buttons need. */
.frame[data-open="true"] { inline-size: min(max(var(--aanspreekpunt-width, 404px), 340px), calc(100vw - 2 * var(--offset)));
  block-size: min(max(var(--aanspreekpunt-height, 680px), 420px), calc(100dvh - 2 * var(--offset))); }
.frame[data-open="false"] :is(.head, .log, .typing, .composer, .contact, .satisfaction, .other-way) { display: none; }
.frame[data-open="true"] .opener { display: none; }
:host([position="inline"]) .frame { inline-size: 100%; block-size: 100%; box-shadow: none; }

.head { display: flex; align-items: center; gap: 12px; padding: 14px 12px 14px 18px; background: var(--accent);
  color: var(--on-accent); }
.head :focus-visible { outline-color: var(--on-accent); outline-offset: -2px; }
.mark { display: grid; place-items: center; inline-size: 38px; block-size: 38px; border-radius: 12px;
  background: rgb(255 255 255 / .16); }
.head[data-who="employee"] .mark { border-radius: 50%; background: #fdf1dc; color: #7a4506; }
.titles { flex: 1; min-inline-size: 0; }
.titles h2 { font-size: 16px; font-weight: 650; line-height: 1.25; }
.titles h2:focus { outline: none; }
.titles p { font-size: 13.5px; line-height: 1.35; }
.tool { display: grid; place-items: center; inline-size: 36px; block-size: 40px; padding: 0; border: 0; border-radius: 10px;
  background: transparent; color: inherit; }
.tool:hover { background: rgb(255 255 255 / .16); }
.tools { display: flex; gap: 0; }

.log { flex: 1; min-block-size: 60px; overflow-y: auto; overscroll-behavior: contain; padding: 18px 16px 10px;
  background: var(--ground); }
.log:focus-visible { outline-offset: -4px; }
.empty { color: var(--muted); padding: 4px 2px 12px; }
.message { display: flex; flex-direction: column; align-items: flex-start; margin-block-end: 14px; }
.label { display: flex; gap: 8px; align-items: baseline; font-size: 13px; color: var(--muted); margin: 0 4px 3px; }
.who { font-weight: 600; color: var(--ink); }
.text { max-inline-size: min(88%, 62ch); padding: 10px 14px; border-radius: 4px 16px 16px 16px; background: var(--bubble);
  white-space: pre-wrap; overflow-wrap: anywhere; }
.text a { color: inherit; }
.whole { white-space: nowrap; }
.message.employee .text { background: var(--employee); border-inline-start: 3px solid var(--employee-line);
  border-radius: 4px 16px 16px 4px; }
.message.employee .who { color: var(--employee-ink); }
.message.customer { align-items: flex-end; }
.message.customer .text { background: var(--accent); color: var(--on-accent); border-radius: 16px 4px 16px 16px; }
.message.customer.waiting .text { background: transparent; color: var(--ink); border: 1.5px dashed var(--control); }
.message.system { align-items: stretch; }
.message.system .label { justify-content: center; }
.message.system .text { max-inline-size: 100%; background: transparent; border-radius: 12px; border: 1px solid var(--line);
  background: var(--paper); font-size: 15px; }
.mark-sent { font-size: 13px; color: var(--muted); margin: 2px 4px 0; }
.choices { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 8px; }
.choice { min-block-size: 40px; padding: 7px 15px; border: 1.5px solid var(--accent-ink); border-radius: 999px;
  background: var(--paper); color: var(--accent-ink); font-weight: 550; text-align: start; }
.choice:hover:enabled { background: var(--accent); color: var(--on-accent); }
.choice:disabled { border-color: var(--line); color: var(--muted); cursor: default; }
.choice[aria-pressed="true"] { border-color: var(--control); }

.typing { padding: 2px 20px 8px; font-size: 14px; color: var(--muted); background: var(--ground); }

.composer { padding: 10px 12px; border-block-start: 1px solid var(--line); background: var(--paper); }
.row { display: flex; align-items: flex-end; gap: 8px; }
textarea { flex: 1; min-inline-size: 0; resize: none; field-sizing: content; min-block-size: 46px; max-block-size: 128px;
  padding: 10px 14px; border: 1.5px solid var(--control); border-radius: 14px; background: var(--paper); line-height: 1.45; }
textarea::placeholder { color: var(--muted); opacity: 1; }
textarea:focus-visible { outline-offset: 0; border-color: var(--accent-ink); }
textarea[aria-invalid="true"] { border-color: var(--danger); }
.send { display: grid; place-items: center; inline-size: 46px; block-size: 46px; padding: 0; border: 0; border-radius: 14px;
  background: var(--accent); color: var(--on-accent); }
.note { font-size: 14px; padding: 6px 4px 0; color: var(--muted); }
.note.problem { color: var(--danger); }

.satisfaction { padding: 12px 16px; border-block-start: 1px solid var(--line); background: var(--paper); overflow-y: auto; flex: none;
  max-block-size: 60%; }
.satisfaction fieldset { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
.satisfaction legend { padding: 0; font-weight: 600; }
.scores { display: grid; grid-template-columns: repeat(5, 1fr); gap: 8px; margin-block-start: 8px; }
.score { position: relative; display: grid; place-items: center; min-block-size: 44px; border: 1.5px solid var(--control); border-radius: 12px;
  font-weight: 600; cursor: pointer; }
.score input { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; margin: 0; opacity: 0; cursor: pointer; }
.score:has(:checked) { border-color: var(--accent-ink); background: var(--accent); color: var(--on-accent); }
.score:has(:focus-visible) { outline: 3px solid var(--accent-ink); outline-offset: 2px; }
.meaning { margin-block: 6px 8px; font-size: 14px; color: var(--muted); }
.satisfaction textarea { inline-size: 100%; display: block; margin-block-end: 8px; }
.answer { min-block-size: 34px; padding: 4px 14px; border-radius: 999px; background: var(--paper); border: 1.5px solid var(--accent-ink);
  color: var(--accent-ink); font-weight: 550; }
.answer.quiet { border-color: transparent; text-decoration: underline; text-underline-offset: 3px; }

.status { font-size: 14.5px; line-height: 1.4; max-inline-size: 404px; }
.status:not(:empty) { padding: 9px 16px; background: var(--paper); border-block-start: 1px solid var(--line); }
.frame[data-open="false"] .status:not(:empty) { border-block-start-color: transparent; }
.status[data-tone="problem"] { border-inline-start: 4px solid var(--danger); }
.status[data-tone="human"] { border-inline-start: 4px solid var(--employee-line); }
.status a { color: var(--accent-ink); font-weight: 600; white-space: nowrap; display: inline-block; padding-block: 3px; }
.status .ways { display: flex; flex-wrap: wrap; gap: 2px 14px; }
.status .answer { margin: 6px 8px 2px 0; }

.other-way { padding: 10px 16px; border-block-start: 1px solid var(--line); background: var(--paper); font-size: 15px; }
.other-way fieldset { border: 0; margin: 0; padding: 0; }
.other-way legend { padding: 0; font-weight: 550; }
.other-way .ways { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-block: 4px; }
.other-way .way { display: inline-flex; align-items: center; gap: 8px; min-block-size: 32px; }
.other-way input[type="radio"] { inline-size: 24px; block-size: 24px; margin: 0; accent-color: var(--accent-ink); }
.other-way .fields p { display: grid; gap: 3px; margin-block-end: 8px; }
.other-way :is(input[type="tel"], input[type="email"], select) { font: inherit; color: inherit; min-block-size: 42px; padding: 6px 12px;
  border: 1.5px solid var(--control); border-radius: 12px; background: var(--paper); inline-size: 100%; }
.other-way [aria-invalid="true"] { border-color: var(--danger); }
.other-way .answer { margin: 6px 8px 2px 0; min-block-size: 40px; padding: 4px 16px; border-radius: 999px; background: var(--paper);
  border: 1.5px solid var(--accent-ink); color: var(--accent-ink); font-weight: 550; }

.dock { display: flex; align-items: center; justify-content: space-between; gap: 8px; padding: 8px; background: var(--paper);
  border-block-start: 1px solid transparent; }
.frame[data-open="true"] .dock { border-block-start-color: var(--line); }
.opener, .human { display: inline-flex; align-items: center; gap: 8px; min-block-size: 46px; padding: 8px 16px;
  border-radius: 13px; font-weight: 600; white-space: nowrap; }
.opener { position: relative; border: 0; background: var(--accent); color: var(--on-accent); }
.human { border: 1.5px solid var(--accent-ink); background: var(--paper); color: var(--accent-ink); margin-inline-start: auto; }
.human:hover { background: var(--bubble); }
.human[aria-busy="true"] { border-style: dashed; }
.unread { min-inline-size: 24px; padding: 0 7px; border-radius: 999px; background: var(--on-accent); color: var(--accent);
  font-size: 14px; text-align: center; }
.contact { display: flex; gap: 2px; }
.contact a { display: inline-flex; align-items: center; gap: 6px; min-block-size: 46px; padding: 8px 10px; border-radius: 12px;
  color: var(--ink); text-decoration: none; font-size: 15px; }
.contact a:hover { background: var(--bubble); text-decoration: underline; }
.contact svg { inline-size: 19px; block-size: 19px; }

@media (max-width: 520px) {
  :host(:not([position="inline"])) { inset: auto 0 0 0; }
  :host(:not([position="inline"])) .frame { border-radius: 18px 18px 0 0; border-inline: 0; border-block-end: 0; }
  :host(:not([position="inline"])) .frame[data-open="true"] { inline-size: 100vw; block-size: 100dvh; border-radius: 0; border: 0; }
  .opener { flex: 1; justify-content: center; }
  .dock { padding-block-end: max(8px, env(safe-area-inset-bottom)); }
  .status { max-inline-size: none; }
}
@media (max-width: 420px) {
  .head { padding-inline-start: 12px; gap: 10px; }
  .contact a { padding-inline: 7px; }
  .human, .opener { padding-inline: 12px; }
}
@media (max-width: 350px) {
  .mark, .contact svg, .opener svg { display: none; }
  .head { padding-inline-start: 16px; }
  .opener, .human { padding-inline: 9px; gap: 5px; font-size: 15px; }
  .human svg { inline-size: 18px; }
}
@media (max-height: 420px) {
  .head { padding-block: 6px; }
  .status:not(:empty) { padding-block: 4px; }
}
@media (prefers-reduced-motion: no-preference) {
  /* Not the dock: the button for a human never moves, not even for a moment. */
  .frame[data-open="true"] > :not(.dock, .typing) { animation: rise .18s ease-out; }
  @keyframes rise { from { opacity: .4; transform: translateY(10px); } }
}
@media (forced-colors: active) {
  .text, .choice, .score, .human, .opener, .send, .tool { border: 1px solid ButtonText; }
  .head { border-block-end: 1px solid CanvasText; }
  svg { stroke: currentColor; }
}
@media print { :host { display: none; } }
`;

const DARK = `
  --accent-ink: #8fd3b6; --paper: #1a211e; --ground: #141a17; --bubble: #26302b; --ink: #eef2ef; --muted: #b0bab4;
  --line: #38433d; --control: #87928c; --employee: #3a2c14; --employee-line: #e0a24a; --employee-ink: #f3c987;
  --danger: #ff9d92; color-scheme: dark;
`;

export const SHEET = new CSSStyleSheet();
SHEET.replaceSync(CSS.replaceAll("DARK", DARK));
