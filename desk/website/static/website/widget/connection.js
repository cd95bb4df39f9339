/**
 * Keeps one conversation's messages coming in: a stream of server-sent events while that works, plain polling where
 * something between us and the desk does not let streams through, and a growing pause when nothing works.
 */
import { Refused } from "./api.js";
import { Pause, delayAfter } from "./backoff.js";
import { eventsOf } from "./events.js";

const PAGE = 200; // the desk's own maximum for one read
const OPEN_TIMEOUT_MS = 15_000;
const POLL_MS = 2_500;
/** A stream that ends sooner than this is no use: something cuts it off. */
const SHORTEST_STREAM_MS = 3_000;
/** After this many short polls the stream is tried again. */
const POLLS_BETWEEN_STREAMS = 12;

/**
 * @typedef {object} Listener
 * @property {(message: object) => void} message a message, in order, each once
 * @property {(news: {state: string, ticket: string|null, employee: string|null, read: number|null}) => void} state
 * @property {(news: {employee: string, seconds: number}) => void} typing
 * @property {(online: boolean) => void} online
 * @property {() => void} gone the token opens nothing any more
 * @property {(loading: boolean) => void} loading the history is being read
 */

export class Connection {
  #stopped = false;
  #pause = new Pause();
  #abort = null;
  #last = 0;

  /**
   * @param {import("./api.js").DeskApi} api
   * @param {string} token
   * @param {Listener} listener
   */
  constructor(api, token, listener) {
    this.api = api;
    this.token = token;
    this.listener = listener;
  }

  /** Runs until `stop`, or until the desk no longer knows the conversation. */
  async run() {
    let failures = 0;
    this.listener.loading(true);
    while (!this.#stopped) {
      try {
        await this.#catchUp();
        failures = 0;
        await this.#follow();
      } catch (error) {
        if (this.#stopped) return;
        if (error instanceof Refused && error.conversationGone) {
          this.listener.gone();
          return;
        }
        failures += 1;
        this.listener.online(false);
        await this.#pause.wait(error.retryAfter ? error.retryAfter * 1000 : delayAfter(failures));
      }
    }
  }

  stop() {
    this.#stopped = true;
    this.#abort?.abort();
    this.#pause.wake();
  }

  /** Try again now: the browser says it is online, or the customer did something. */
  wake() {
    this.#pause.wake();
  }

  /** The browser says that the network is gone: do not wait for the silence to be noticed. */
  interrupt() {
    this.#abort?.abort();
  }

  async #catchUp() {
    let page;
    do {
      page = await this.api.read(this.token, this.#last);
      if (this.#stopped) return;
      page.messages.forEach((message) => this.#take(message));
      this.listener.state(page);
    } while (page.messages.length >= PAGE);
    this.listener.loading(false);
    this.listener.online(true);
  }

  #take(message) {
    if (message.id <= this.#last) return;
    this.#last = message.id;
    this.listener.message(message);
  }

  /** Stream until it ends; a stream that does not work at all is replaced by polling for a while. */
  async #follow() {
    let works = false;
    const began = Date.now();
    this.#abort = new AbortController();
    const opening = setTimeout(() => this.#abort.abort(), OPEN_TIMEOUT_MS);
    try {
      const response = await this.api.stream(this.token, this.#last, this.#abort.signal);
      clearTimeout(opening);
      for await (const event of eventsOf(response)) {
        works = true;
        if (this.#stopped) return;
        this.#handle(event);
      }
    } catch (error) {
      if (error instanceof Refused && error.conversationGone) throw error;
    } finally {
      clearTimeout(opening);
      this.#abort.abort();
    }
    if (!works || Date.now() - began < SHORTEST_STREAM_MS) await this.#poll();
  }

  #handle(event) {
    const data = JSON.parse(event.data);
    if (event.type === "message") this.#take(data);
    else if (event.type === "state") this.listener.state(data);
    else if (event.type === "typing") this.listener.typing(data);
  }

  async #poll() {
    for (let polls = 0; polls < POLLS_BETWEEN_STREAMS && !this.#stopped; polls += 1) {
      await this.#catchUp();
      await this.#pause.wait(POLL_MS);
    }
  }
}
