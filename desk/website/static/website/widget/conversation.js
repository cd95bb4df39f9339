/**
 * One customer's conversation: what was said, what still has to be sent, and whether a human was asked for.
 * Knows nothing of the page; tells its listeners with a "change" event and hands new messages over in "message".
 */
import { Refused, Unreachable } from "./api.js";
import { Attention } from "./attention.js";
import { Pause, delayAfter } from "./backoff.js";
import { Connection } from "./connection.js";
import { Courier } from "./courier.js";
import { identityOf } from "./identity.js";

/** So long another tab may need to store the token that it just got. */
const SETTLING_MS = 1000;

/** `randomUUID` exists on secure pages only; a shop's page may still be plain HTTP in a test. */
function newClientId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Conversation extends EventTarget {
  messages = [];
  state = "with_assistant";
  ticket = null;
  /** the name of the employee who has the conversation, or null */
  employee = null;
  /** the number of the closed ticket of which the customer may say how satisfied they are, or null */
  satisfaction = null;
  /** False when the customer said that they cannot use a telephone: then nothing here says "call". */
  canPhone = true;
  /** id of the last message that the employee who has the conversation has read, or null */
  read = null;
  /** how the customer stands who waits (docs/contracts.md, `waiting`), or null */
  waiting = null;
  /** the other ways of being helped that can be chosen now, e.g. ["call_back", "email"] */
  offer = [];
  online = true;
  loading = false;
  /** null, or until when (ms since the epoch) the desk asked us to wait before sending */
  throttledUntil = null;
  /** null, "asking", "unreachable" (kept trying) */
  wishState = null;

  #courier;
  #attention = new Attention(
    (marks) => this.api.seen(this.memory.token, marks),
    () => this.api.typing(this.memory.token),
  );
  #connection = null;
  #opening = false;
  /** gives the site's token for a customer who is logged in; null: the site signs nobody in */
  #identitySource = null;
  #beginning = null;
  #wishing = false;
  #pause = new Pause();
  #wishPause = new Pause();
  /** until the desk has said what the site's token does */
  #identifying = Promise.resolve();
  /** client ids of outbox entries that the stream has already shown to be with the desk */
  #seen = new Set();
  /** id of a message that the desk has accepted and the stream has not brought back yet → its outbox entry */
  #accepted = new Map();

  /**
   * @param {import("./api.js").DeskApi} api
   * @param {import("./storage.js").Memory} memory
   */
  constructor(api, memory) {
    super();
    this.api = api;
    this.memory = memory;
    this.#courier = new Courier(api, memory, {
      token: () => this.#ensureToken(),
      delivered: (entry, id) => this.#delivered(entry, id),
      refused: (entry, sentence) => {
        this.dispatchEvent(new CustomEvent("refused", { detail: { entry, sentence } }));
        this.#changed();
      },
      gone: (token) => this.#renew(token),
      unreachable: () => this.#setOnline(false),
      throttled: (until) => {
        this.throttledUntil = until;
        this.#changed();
      },
    });
  }

  /**
   * Where the site's token for a customer who is logged in comes from.
   * @param {() => Promise<string|null>} source a fresh token each time; null: nobody is logged in
   */
  async identifyBy(source) {
    this.#identitySource = source;
    if (this.memory.token) await (this.#identifying = this.#identify(this.memory.token));
  }

  /** Nobody is logged in on the site any more: who was must not be read here by the next. */
  signOut() {
    this.#identitySource = null;
    if (this.memory.signedIn) this.forget();
  }

  /** A conversation that this browser kept goes on for the customer who is logged in now; another's is left. */
  async #identify(token) {
    const identity = await identityOf(this.#identitySource);
    if (!identity || this.memory.token !== token) return;
    if (this.memory.followed) {
      // Whoever sent the link may read along: this must not become the conversation of the customer who is logged in.
      this.#leave();
      return;
    }
    try {
      const { identity: outcome, token: newToken } = await this.api.identify(token, identity);
      if (this.memory.token !== token) return;
      if (outcome === "verified") this.memory.signedIn = true;
      if (newToken) {
        this.memory.token = newToken;
        this.adopt();
      }
      if (outcome === "other_customer") this.#leave();
    } catch (error) {
      // The chat goes on as an ordinary one: being known is a convenience, reaching somebody is not.
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    }
  }

  #leave() {
    const { open } = this.memory;
    this.forget();
    this.memory.open = open;
    if (open) this.open();
  }

  /** Take up what an earlier page left: the conversation, unsent messages, a wish for a human. */
  resume() {
    if (this.memory.token) this.#connect();
    this.#courier.deliver();
    if (this.memory.wish) this.#fulfilWish();
  }

  /**
   * Go on with the conversation that a mail is about, in the place of the one that this browser has.
   * @param {string} link
   * @throws {Refused} it has expired
   */
  async follow(link) {
    const { token } = await this.api.resume(link);
    this.memory.clear();
    this.memory.followed = true;
    this.memory.token = token;
    this.adopt();
  }

  /** The customer opened the chat: have the assistant's first message ready, however long it takes. */
  async open() {
    if (this.#connection || this.#opening) return;
    this.#opening = true;
    for (let failures = 1; !this.#connection; failures += 1) {
      try {
        await this.#ensureToken();
      } catch (error) {
        this.#setOnline(false);
        await this.#pause.wait(error.retryAfter ? error.retryAfter * 1000 : delayAfter(failures));
      }
    }
    this.#opening = false;
  }

  /**
   * @param {string} text what is sent: the customer's words, or a button's payload
   * @param {string} shown what the customer sees
   */
  send(text, shown = text) {
    this.memory.push({ clientId: newClientId(), text, shown, at: new Date().toISOString() });
    this.#attention.sent();
    this.#changed();
    this.#courier.wake();
    this.#courier.deliver();
  }

  /** A human, whatever is broken: the wish is kept until the desk has given a ticket number. */
  requestHuman() {
    this.memory.wish = true;
    if (this.wishState === null) this.wishState = "asking";
    this.#changed();
    this.#wishPause.wake();
    this.#fulfilWish();
  }

  /** Tell how satisfied the customer is. Rejects with what the desk, or the network, said. */
  async rate(ticket, score, remark) {
    await this.api.rate(await this.#ensureToken(), ticket, score, remark);
    this.#answered(ticket);
  }

  /** The customer does not want to say it; the question does not come back on this device. */
  dismissSatisfaction(ticket) {
    this.memory.dismissed = ticket;
    this.#answered(ticket);
  }

  #answered(ticket) {
    if (this.satisfaction === ticket) this.satisfaction = null;
    this.#changed();
  }

  /** @returns {Promise<{id: string, label: string}[]>} when the customer can be called */
  async callbackSlots() {
    return (await this.api.slots(this.memory.token)).slots;
  }

  /** To be called or mailed instead of waiting here. Rejects with what the desk, or the network, said. */
  async chooseOtherWay(choice) {
    await this.api.otherWay(this.memory.token, choice);
    this.offer = [];
    this.#changed();
  }

  /** @param {boolean} isSeen the chat is open and its page is looked at */
  noteSeen(isSeen) {
    const last = this.messages.at(-1)?.id;
    if (this.memory.token && last) this.#attention.note(last, isSeen);
  }

  /** The customer typed in the box. Only an employee who has the conversation gets to know. */
  typed() {
    if (this.state === "with_employee" && this.memory.token) this.#attention.typed();
  }

  /** Messages that are not with the desk yet, oldest first. */
  get pending() {
    return this.memory.outbox.filter((entry) => !this.#seen.has(entry.clientId));
  }

  /** Messages that the desk has and that did not come back to us yet. */
  get accepted() {
    return [...this.#accepted.values()];
  }

  /** Forget this conversation in this browser. The ticket, when there is one, stays with the desk. */
  forget() {
    this.#disconnect();
    this.memory.clear();
    this.messages = [];
    this.#accepted.clear();
    this.#seen.clear();
    this.state = "with_assistant";
    this.ticket = null;
    this.satisfaction = null;
    this.offer = [];
    this.wishState = null;
    this.dispatchEvent(new Event("reset"));
    this.#changed();
  }

  /** Another tab began, replaced or forgot the conversation. */
  adopt() {
    this.#disconnect();
    this.messages = [];
    this.#accepted.clear();
    this.dispatchEvent(new Event("reset"));
    if (this.memory.token) this.#connect();
  }

  networkBack() {
    this.#connection?.wake();
    this.#pause.wake();
    this.#courier.wake();
    this.#wishPause.wake();
  }

  networkGone() {
    this.#setOnline(false);
    this.#connection?.interrupt();
  }

  stop() {
    this.#disconnect();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  #setOnline(online) {
    if (this.online === online) return;
    this.online = online;
    this.#changed();
    if (online) this.networkBack();
  }

  #disconnect() {
    this.#connection?.stop();
    this.#connection = null;
    this.#attention.reset();
  }

  /** @returns {Promise<string>} the token, of a new conversation when there is none; one call at a time */
  #ensureToken() {
    if (this.memory.token) {
      this.#connect();
      return Promise.resolve(this.memory.token);
    }
    this.#beginning ??= identityOf(this.#identitySource)
      .then((identity) => this.api.begin(identity))
      .then(({ token, identity }) => {
        this.memory.token = token;
        this.memory.signedIn = identity === "verified";
        this.memory.followed = false;
        this.#setOnline(true);
        this.#connect();
        return token;
      })
      .finally(() => {
        this.#beginning = null;
      });
    return this.#beginning;
  }

  #connect() {
    if (this.#connection) return;
    const token = this.memory.token;
    this.#connection = new Connection(this.api, token, {
      message: (message) => this.#receive(message),
      state: (news) => this.#setState(news),
      typing: (news) => this.dispatchEvent(new CustomEvent("typing", { detail: news })),
      online: (online) => this.#setOnline(online),
      gone: () => this.#renew(token),
      loading: (loading) => {
        this.loading = loading;
        this.#changed();
      },
    });
    this.#connection.run();
  }

  #receive(message) {
    if (message.sender === "customer" && !this.#accepted.delete(message.id)) {
      // The stream is sometimes faster than the answer to our own POST: do not show the message twice.
      const own = this.pending.find((entry) => entry.shown === message.text);
      if (own) this.#seen.add(own.clientId);
    }
    this.messages.push(message);
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
    this.#changed();
  }

  #delivered(entry, id) {
    this.#seen.delete(entry.clientId);
    if (!this.messages.some((message) => message.id === id)) this.#accepted.set(id, entry);
    this.#setOnline(true);
    this.#connection?.wake();
    this.#changed();
  }

  #setState({ state, ticket, employee, satisfaction, read, waiting, offer, can_phone: canPhone }) {
    this.state = state;
    this.ticket = ticket;
    this.employee = employee;
    this.satisfaction = satisfaction === this.memory.dismissed ? null : satisfaction;
    this.read = read;
    this.waiting = waiting;
    this.offer = offer ?? [];
    this.canPhone = canPhone !== false;
    this.memory.expectsAnswer = Boolean(ticket);
    this.#changed();
  }

  /** The desk does not know the conversation any more: begin another, and say so. */
  async #renew(token) {
    // Signing in gives the conversation another token: here, or just now in another tab.
    await Promise.all([this.#identifying, new Pause().wait(SETTLING_MS)]);
    if (this.memory.token !== token) return;
    this.memory.token = null;
    this.#disconnect();
    this.state = "with_assistant";
    this.ticket = null;
    this.satisfaction = null;
    this.offer = [];
    this.dispatchEvent(new Event("renewed"));
    this.open();
  }

  async #fulfilWish() {
    if (this.#wishing) return;
    this.#wishing = true;
    try {
      for (let failures = 1; this.memory.wish; failures += 1) {
        if (await this.#askForHuman()) return;
        await this.#wishPause.wait(delayAfter(failures));
      }
    } finally {
      this.#wishing = false;
    }
  }

  /** @returns {Promise<boolean>} the desk has given a ticket */
  async #askForHuman() {
    let token = null;
    try {
      token = await this.#ensureToken();
      const before = this.ticket;
      const { ticket } = await this.api.human(token);
      this.memory.wish = false;
      this.wishState = null;
      this.ticket = ticket;
      this.memory.expectsAnswer = true;
      if (this.state !== "with_employee") this.state = "waiting";
      this.dispatchEvent(new CustomEvent("human", { detail: { known: before === ticket } }));
      this.#changed();
      return true;
    } catch (error) {
      if (error instanceof Refused && token && error.conversationGone) await this.#renew(token);
      this.wishState = "unreachable";
      this.#changed();
      return false;
    }
  }
}
