/** The desk's web chat API (docs/contracts.md, section 1) as seen from a browser. */
import { TEXTS, language } from "./texts.js";

const CALL_TIMEOUT_MS = 15_000;

/** The desk answered, and the answer was no. */
export class Refused extends Error {
  /**
   * @param {number} status HTTP status
   * @param {string|null} message the desk's sentence, in the chat's language
   * @param {number|null} retryAfter seconds, with 429
   * @param {string|null} field of the body that is wrong
   */
  constructor(status, message, retryAfter, field = null) {
    super(message ?? `status ${status}`);
    this.status = status;
    this.sentence = message;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  /** The token does not open a conversation any more: begin a new one. */
  get conversationGone() {
    return this.status === 401 || this.status === 404;
  }

  /** This very message will never be accepted. */
  get messageUnacceptable() {
    return [400, 413, 415].includes(this.status);
  }
}

/** No answer that makes sense: offline, too late, a failing server or something between us and it. */
export class Unreachable extends Error {}

function secondsOf(header) {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 300) : 5;
}

async function refusal(response) {
  let error = {};
  try {
    error = (await response.json()).error ?? {};
  } catch {
    error = {};
  }
  const retryAfter = response.status === 429 ? secondsOf(response.headers.get("Retry-After")) : null;
  const sentence = TEXTS.refusals ? TEXTS.refusals[error.code] : error.message;
  return new Refused(response.status, sentence ?? null, retryAfter, error.field ?? null);
}

async function jsonOf(response) {
  try {
    return await response.json();
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

export class DeskApi {
  /** @param {string} base the desk's address without a slash at its end */
  constructor(base) {
    this.origin = new URL(base, location.href).origin;
    this.base = `${base}/api/webchat`;
  }

  async #fetch(path, { token, signal, headers = {}, ...options } = {}) {
    let response;
    try {
      response = await fetch(this.base + path, {
        ...options,
        signal: signal ?? AbortSignal.timeout(CALL_TIMEOUT_MS),
        headers: token ? { ...headers, Authorization: `Bearer ${token}` } : headers,
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
    } catch (error) {
      throw new Unreachable(String(error));
    }
    if (response.status >= 500) throw new Unreachable(`status ${response.status}`);
    if (!response.ok) throw await refusal(response);
    return response;
  }

  async #json(path, options) {
    return jsonOf(await this.#fetch(path, options));
  }

  #post(path, token, body) {
    return this.#fetch(path, { method: "POST", token, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  }

  /**
   * @param {string|null} identity the site's token for a customer who is logged in there
   * @returns {Promise<{conversation: string, token: string, identity: string}>}
   */
  begin(identity) {
    const asked = { language: language(), ...(identity ? { identity } : {}) };
    return this.#post("/conversations", null, asked).then(jsonOf);
  }

  /**
   * @returns {Promise<{identity: "verified"|"none"|"other_customer", token: string|null}>} what the site's token does in this
   *   conversation; with a token when that takes the place of the one that was used
   */
  identify(token, identity) {
    return this.#post("/identity", token, { identity }).then(jsonOf);
  }

  /**
   * @param {string} link from a mail
   * @returns {Promise<{conversation: string, token: string}>}
   */
  resume(link) {
    return this.#post("/resume", null, { link }).then(jsonOf);
  }

  /** @returns {Promise<{id: number}>} the same id again for the same clientId */
  send(token, clientId, text) {
    return this.#post("/messages", token, { client_id: clientId, text }).then(jsonOf);
  }

  /** @returns {Promise<{messages: object[], state: string, ticket: string|null}>} at most 200 messages */
  read(token, after) {
    return this.#json(`/messages?after=${after}`, { token });
  }

  /** @returns {Promise<{ticket: string}>} */
  human(token) {
    return this.#json("/human", { method: "POST", token });
  }

  /** @returns {Promise<{ticket: string, score: number}>} */
  rate(token, ticket, score, remark) {
    return this.#post("/satisfaction", token, { ticket, score, remark: remark || null }).then(jsonOf);
  }

  /**
   * @param {string} token
   * @param {{received: number, read: number}} marks ids of the last message that is here, and that was on the screen
   */
  seen(token, marks) {
    return this.#post("/seen", token, marks);
  }

  /** The customer is typing. What is typed is not sent. */
  typing(token) {
    return this.#post("/typing", token, {});
  }

  /** @returns {Promise<{slots: {id: string, label: string}[]}>} when the customer can be called */
  slots(token) {
    return this.#json("/callback-slots", { token });
  }

  /** To be called or mailed instead of waiting here. */
  otherWay(token, choice) {
    return this.#post("/other-way", token, choice);
  }

  /** @returns {Promise<Response>} a body of server-sent events that begins after the message `after` */
  stream(token, after, signal) {
    return this.#fetch("/stream", { token, signal, headers: { "Last-Event-ID": String(after) } });
  }
}
