/** Brings the messages in the outbox to the desk, one by one and in order, until each is there or refused. */
import { Refused } from "./api.js";
import { Pause, delayAfter } from "./backoff.js";

/**
 * @typedef {import("./storage.js").OutboxEntry} OutboxEntry
 * @typedef {object} Office
 * @property {() => Promise<string>} token of the conversation, of a new one when there is none
 * @property {(entry: OutboxEntry, id: number) => void} delivered the desk has committed it under this id
 * @property {(entry: OutboxEntry, sentence: string|null) => void} refused it will never be accepted, and why
 * @property {(token: string) => void} gone the token opens nothing any more
 * @property {() => void} unreachable
 * @property {(until: number|null) => void} throttled until when (ms since the epoch) nothing is sent
 */

export class Courier {
  #busy = false;
  #pause = new Pause();

  /**
   * @param {import("./api.js").DeskApi} api
   * @param {import("./storage.js").Memory} memory
   * @param {Office} office
   */
  constructor(api, memory, office) {
    this.api = api;
    this.memory = memory;
    this.office = office;
  }

  /** Try again now. Not while the desk asked for a pause: that one is kept. */
  wake() {
    if (!this.throttled) this.#pause.wake();
  }

  /** Deliver all there is; one round at a time, so that messages keep their order. */
  async deliver() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      let failures = 0;
      for (let entry = this.memory.outbox[0]; entry; entry = this.memory.outbox[0]) {
        const wait = await this.#try(entry, failures + 1);
        failures = wait ? failures + 1 : 0;
        if (wait) await this.#pause.wait(wait);
        this.#throttle(null);
      }
    } finally {
      this.#busy = false;
    }
  }

  #throttle(until) {
    if (!until && !this.throttled) return;
    this.throttled = Boolean(until);
    this.office.throttled(until);
  }

  /** @returns {Promise<number>} milliseconds to wait before the next try; 0: this entry is dealt with */
  async #try(entry, tries) {
    let token = null;
    try {
      token = await this.office.token();
      const { id } = await this.api.send(token, entry.clientId, entry.text);
      this.memory.drop(entry.clientId);
      this.office.delivered(entry, id);
      return 0;
    } catch (error) {
      return this.#afterFailure(error, entry, token, tries);
    }
  }

  #afterFailure(error, entry, token, tries) {
    if (error instanceof Refused && token) {
      if (error.conversationGone) {
        this.office.gone(token);
        return delayAfter(1);
      }
      if (error.messageUnacceptable) {
        this.memory.drop(entry.clientId);
        this.office.refused(entry, error.sentence);
        return 0;
      }
    }
    if (error.retryAfter) {
      const pause = error.retryAfter * 1000;
      this.#throttle(Date.now() + pause);
      return pause;
    }
    this.office.unreachable();
    return delayAfter(tries);
  }
}
