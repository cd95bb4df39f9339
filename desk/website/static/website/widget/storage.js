/**
 * What the browser keeps for one desk: the conversation's token, messages that were not delivered yet, and an
 * unfulfilled wish for a human. What a browser refuses to store (private mode, blocked third-party data, a site that has filled
 * the storage) stays in memory until it is stored or the page is left.
 */

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** A conversation left alone this long is forgotten by the browser, so that a shared computer does not keep it. */
const FORGET_AFTER_MS = 12 * HOUR_MS;
/**
 * Not so while a ticket is open: the answer comes in this chat. An employee can put a ticket aside for 90 days; and as long as the
 * desk then keeps what was said, the answer can be read.
 */
const FORGET_TICKET_AFTER_MS = (90 + 30) * DAY_MS;

/** @returns {Storage|null} null where the browser gives none at all */
function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/**
 * @typedef {{clientId: string, text: string, shown: string, at: string}} OutboxEntry
 *   text is what is sent, shown what the customer sees (a button's title), at an ISO 8601 time
 */

export class Memory {
  /** What could not be stored. It goes before what is stored: that is older. Everything else is read from the storage, which tabs share. */
  #unstored = new Map();

  /** @param {string} desk the desk's address; two desks on one site do not mix */
  constructor(desk) {
    this.prefix = `aanspreekpunt:${desk}:`;
    this.storage = browserStorage();
    const patience = this.expectsAnswer ? FORGET_TICKET_AFTER_MS : FORGET_AFTER_MS;
    if (Date.now() - this.#read("touched", Date.now()) > patience) this.clear();
  }

  #read(key, fallback) {
    if (this.#unstored.has(key)) return this.#unstored.get(key) ?? fallback;
    try {
      return JSON.parse(this.storage.getItem(this.prefix + key)) ?? fallback;
    } catch {
      return fallback;
    }
  }

  #write(key, value) {
    this.#unstored.set(key, value);
    try {
      if (value === null) this.storage.removeItem(this.prefix + key);
      // Before the value: nothing is kept of which is not known since when.
      this.storage.setItem(`${this.prefix}touched`, JSON.stringify(Date.now()));
      if (value !== null) this.storage.setItem(this.prefix + key, JSON.stringify(value));
      this.#unstored.delete(key);
    } catch {
      // A full storage must not stop the conversation: what is not stored is not there after a reload, and that is all.
    }
  }

  /** @returns {string|null} */
  get token() {
    return this.#read("token", null);
  }

  set token(value) {
    this.#write("token", value);
  }

  /** @returns {boolean} the customer asked for a human and the desk has not confirmed it yet */
  get wish() {
    return this.#read("wish", false);
  }

  set wish(value) {
    this.#write("wish", value || null);
  }

  /** @returns {boolean} the conversation has an open ticket */
  get expectsAnswer() {
    return this.#read("ticket", false);
  }

  set expectsAnswer(value) {
    if (value !== this.expectsAnswer) this.#write("ticket", value || null);
  }

  /** @returns {boolean} the conversation is that of a customer whom the site signed in */
  get signedIn() {
    return this.#read("signedIn", false);
  }

  set signedIn(value) {
    if (value !== this.signedIn) this.#write("signedIn", value || null);
  }

  /** @returns {boolean} the conversation came from a link, so somebody else may have it as well */
  get followed() {
    return this.#read("followed", false);
  }

  set followed(value) {
    if (value !== this.followed) this.#write("followed", value || null);
  }

  /** @returns {boolean} the panel was open when the page was left */
  get open() {
    return this.#read("open", false);
  }

  set open(value) {
    this.#write("open", value || null);
  }

  /** @returns {string} what was typed and not sent yet */
  get draft() {
    return this.#read("draft", "");
  }

  set draft(value) {
    this.#write("draft", value || null);
  }

  /** @returns {string|null} the ticket about whose help the customer does not want to be asked */
  get dismissed() {
    return this.#read("dismissed", null);
  }

  set dismissed(value) {
    this.#write("dismissed", value);
  }

  /** @returns {OutboxEntry[]} oldest first */
  get outbox() {
    return this.#read("outbox", []);
  }

  /** @param {OutboxEntry} entry */
  push(entry) {
    this.#write("outbox", [...this.outbox, entry]);
  }

  /** @param {string} clientId */
  drop(clientId) {
    const rest = this.outbox.filter((entry) => entry.clientId !== clientId);
    this.#write("outbox", rest.length ? rest : null);
  }

  /** Does this storage event mean that another tab began or forgot a conversation? */
  concernsToken(event) {
    return event.key === `${this.prefix}token`;
  }

  clear() {
    this.#unstored.clear();
    for (const key of ["token", "wish", "ticket", "open", "draft", "outbox", "dismissed", "signedIn", "followed", "touched"]) {
      this.storage?.removeItem(this.prefix + key);
    }
  }
}
