/** Making elements without markup strings: text goes in as text, so nothing a person types can become code. */

const SVG = "http://www.w3.org/2000/svg";

/** Line drawings on a 24 × 24 grid, drawn for this project. */
const ICONS = {
  person: ["M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5Z", "M4.75 20c.6-3.5 3.4-5.5 7.25-5.5s6.65 2 7.25 5.5"],
  chat: ["M4 6.75A2.75 2.75 0 0 1 6.75 4h10.5A2.75 2.75 0 0 1 20 6.75v6.5A2.75 2.75 0 0 1 17.25 16H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5Z"],
  close: ["M6.5 6.5l11 11", "M17.5 6.5l-11 11"],
  save: ["M12 4v10.5", "M7.75 10.5 12 14.75l4.25-4.25", "M5 19.5h14"],
  restart: ["M5 12a7 7 0 1 0 2.4-5.3", "M5 4.5v4h4"],
  send: ["M5 12h13", "M12.5 6.5 18 12l-5.5 5.5"],
  phone: ["M6.2 4.5h3l1.4 3.7-1.9 1.5a11 11 0 0 0 5.1 5.1l1.6-1.9 3.6 1.4v3a1.8 1.8 0 0 1-2 1.8A14.6 14.6 0 0 1 4.4 6.5a1.8 1.8 0 0 1 1.8-2Z"],
  mail: ["M4.5 6.5h15v11h-15Z", "m5 7.5 7 5.5 7-5.5"],
  spark: ["M12 5v14", "M5 12h14", "m7.5 7.5 9 9", "m16.5 7.5-9 9"],
};

/**
 * @param {string} tag
 * @param {Object<string, string|boolean|Function>} attributes `on…` is a listener; true is an attribute without a
 *   value; false and null leave it out
 * @param {...(Node|string)} children strings become text
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** An https address, or a ticket number. */
const SPECIAL = /(?<address>https:\/\/[^\s<>"'\\^`{|}]+)|T-\d{6,}/g;

function splitTrailing(address) {
  const trailing = address.match(/[.,;:!?)\]]+$/)?.[0] ?? "";
  return [address.slice(0, address.length - trailing.length), trailing];
}

function isSafe(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" && !url.username && !url.password && url.hostname.includes(".");
  } catch {
    return false;
  }
}

function link(found, hint) {
  const [address, trailing] = splitTrailing(found);
  if (!isSafe(address)) return [found];
  const attributes = { href: address, target: "_blank", rel: "noopener noreferrer nofollow" };
  return [el("a", attributes, address, el("span", { class: "unseen" }, ` ${hint}`)), trailing];
}

/**
 * A message's text as nodes: https addresses become links whose text is the whole address, so that nobody is led
 * somewhere else than it says; a ticket number stays on one line.
 * @param {string} text
 * @param {string} hint for screen readers, e.g. "(opent in een nieuw tabblad)"
 * @returns {(Node|string)[]}
 */
export function linked(text, hint) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(SPECIAL)) {
    const [found] = match;
    nodes.push(text.slice(from, match.index));
    nodes.push(...(match.groups.address ? link(found, hint) : [el("span", { class: "whole" }, found)]));
    from = match.index + found.length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}
