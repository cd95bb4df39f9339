/**
 * What the browser keeps for one desk: the conversation's token, messages that were not delivered yet, and an
 * unfulfilled wish for a human. A browser that refuses storage (private mode, blocked third-party data) gets memory.
 */

const HOUR_MS = 60 * 60 * 1000;
/** A conversation left alone this long is forgotten by the browser, so that a shared computer does not keep it. */
const FORGET_AFTER_MS = 12 * HOUR_MS;
/** Not so while a ticket is open: the answer comes in this chat, perhaps after a weekend. As long as the desk's token. */
const FORGET_TICKET_AFTER_MS = 30 * 24 * HOUR_MS;

function usableStorage() {
  try {
    const probe = "aanspreekpunt-probe";
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    };
  }
}

/**
 * @typedef {{clientId: string, text: string, shown: string, at: string}} OutboxEntry
 *   text is what is sent, shown what the customer sees (a button's title), at an ISO 8601 time
 */

export class Memory {
  /** @param {string} desk the desk's address; two desks on one site do not mix */
  constructor(desk) {
    this.prefix = `aanspreekpunt:${desk}:`;
    this.storage = usableStorage();
    const patience = this.expectsAnswer ? FORGET_TICKET_AFTER_MS : FORGET_AFTER_MS;
    if (Date.now() - this.#read("touched", Date.now()) > patience) this.clear();
  }

  #read(key, fallback) {
    try {
      return JSON.parse(this.storage.getItem(this.prefix + key)) ?? fallback;
    } catch {
      return fallback;
    }
  }

  #write(key, value) {
    try {
      if (value === null) this.storage.removeItem(this.prefix + key);
      else this.storage.setItem(this.prefix + key, JSON.stringify(value));
      this.storage.setItem(`${this.prefix}touched`, JSON.stringify(Date.now()));
    } catch {
      // A full disk must not stop the conversation: the message is still sent, it only does not survive a reload.
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
    for (const key of ["token", "wish", "ticket", "open", "draft", "outbox", "dismissed", "signedIn", "followed", "touched"]) {
      this.storage.removeItem(this.prefix + key);
    }
  }
}
