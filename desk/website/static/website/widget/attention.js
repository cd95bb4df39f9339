/** Tells the desk what has arrived and what the customer has seen, and that the customer is typing. Never what is typed. */

/** Several messages at once are one report. */
const GATHER_MS = 250;
/** Typing counts for six seconds at the desk. */
const TYPING_EVERY_MS = 3_000;

export class Attention {
  #received = 0;
  #read = 0;
  #reported = "";
  #timer = null;
  #lastTyped = 0;

  /**
   * @param {(marks: {received: number, read: number}) => Promise<unknown>} report
   * @param {() => Promise<unknown>} reportTyping
   */
  constructor(report, reportTyping) {
    this.report = report;
    this.reportTyping = reportTyping;
  }

  /**
   * @param {number} last id of the last message that is here; 0 when there is none
   * @param {boolean} isSeen the chat is open and its page is looked at
   */
  note(last, isSeen) {
    this.#received = last;
    if (isSeen) this.#read = last;
    if (this.#reported !== this.#key) this.#timer ??= setTimeout(() => this.#send(), GATHER_MS);
  }

  typed() {
    if (Date.now() - this.#lastTyped < TYPING_EVERY_MS) return;
    this.#lastTyped = Date.now();
    this.reportTyping().catch(() => {}); // a sign that is late is of no use, so it is not sent again
  }

  /** What was typed is sent, so the next key counts at once. */
  sent() {
    this.#lastTyped = 0;
  }

  /** Another conversation. */
  reset() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#received = 0;
    this.#read = 0;
    this.#reported = "";
  }

  get #key() {
    return `${this.#received}|${this.#read}`;
  }

  async #send() {
    this.#timer = null;
    const before = this.#reported;
    this.#reported = this.#key;
    try {
      await this.report({ received: this.#received, read: this.#read });
    } catch {
      this.#reported = before; // reported with the next message, or when the customer comes back to the page
    }
  }
}
