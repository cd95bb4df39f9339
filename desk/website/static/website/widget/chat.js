/**
 * The one script of the widget. The desk's /widget.js imports it and passes the organisation's facts, so that phone and
 * e-mail are known to the page even when the desk cannot be reached later.
 */
import { AanspreekpuntChat, defaults } from "./element.js";

const TAG = "aanspreekpunt-chat";

/**
 * Define the element, and put one on the page when the page has none.
 * @param {{desk?: string, organisation?: string, assistant?: string, phone?: string, phoneLink?: string, email?: string}} facts
 */
export function start(facts) {
  if (customElements.get(TAG)) return;
  Object.assign(defaults, facts);
  customElements.define(TAG, AanspreekpuntChat);
  if (!document.querySelector(TAG)) document.body.append(document.createElement(TAG));
}
