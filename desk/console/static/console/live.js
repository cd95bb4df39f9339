/**
 * News from the desk: something changed in the queue, or in the conversation on this page. What changed is fetched by the
 * page itself, so nothing is lost when a stream breaks: on every (re)connection all is fetched once.
 *
 * A browser that speaks HTTP/1.1 allows six open connections to the desk over all its tabs, so a tab that nobody has
 * looked at for a minute gives its stream up and asks every half minute instead.
 */

const HIDDEN_MS = 60_000;
const POLL_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;
/** Shorter breaks than this are not worth telling. */
const QUIET_MS = 4_000;

const KINDS = ["queue", "conversation", "attention"];

export class News {
  #source = null;
  #failures = 0;
  #retry = null;
  #poll = null;
  #hiding = null;
  #telling = null;

  /**
   * @param {string} url the address of the stream
   * @param {(kind: "queue"|"conversation"|"attention") => void} onNews
   * @param {(online: boolean) => void} onConnection
   */
  constructor(url, onNews, onConnection) {
    this.url = url;
    this.onNews = onNews;
    this.onConnection = onConnection;
    document.addEventListener("visibilitychange", () => this.#visibility());
    window.addEventListener("online", () => this.#connect());
    window.addEventListener("pagehide", () => this.#disconnect());
    window.addEventListener("pageshow", (event) => event.persisted && this.#connect());
    this.#connect();
  }

  #all() {
    KINDS.forEach((kind) => this.onNews(kind));
  }

  #connect() {
    this.#disconnect();
    this.#source = new EventSource(this.url);
    this.#source.onopen = () => this.#opened();
    this.#source.onerror = () => this.#failed();
    for (const kind of KINDS) this.#source.addEventListener(kind, () => this.onNews(kind));
  }

  #disconnect() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#retry);
    clearInterval(this.#poll);
  }

  #opened() {
    this.#failures = 0;
    clearTimeout(this.#telling);
    this.#telling = null;
    this.onConnection(true);
    this.#all();
  }

  #failed() {
    this.#telling ??= setTimeout(() => this.onConnection(false), QUIET_MS);
    // While it is CONNECTING the browser itself tries again.
    if (this.#source?.readyState !== EventSource.CLOSED) return;
    this.#failures += 1;
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    this.#retry = setTimeout(() => this.#connect(), longest / 2 + Math.random() * (longest / 2));
  }

  #visibility() {
    clearTimeout(this.#hiding);
    if (document.hidden) {
      this.#hiding = setTimeout(() => {
        this.#disconnect();
        this.#poll = setInterval(() => this.#all(), POLL_MS);
      }, HIDDEN_MS);
    } else if (!this.#source) {
      this.#connect();
    }
  }
}
