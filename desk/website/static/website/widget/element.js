/**
 * <aanspreekpunt-chat>: the chat on a page.
 *
 * Attributes: `position` = "right" (default) | "left" | "inline"; `theme` = "light" (default) | "dark" | "auto";
 * `desk` = the desk's address, when it is not where the script came from; `lang` = "nl" (default) | "en"; `topic` = a question with which a new
 * conversation begins; `token` = the site's token for a customer who is logged in, empty when nobody is.
 * Methods: open(), close(), ask(text), requestHuman(), identify(source), signOut().
 */
import { DeskApi, Refused } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Dock, contactLinks } from "./dock.js";
import { el } from "./dom.js";
import { Header } from "./header.js";
import { MessageList } from "./message_list.js";
import { OtherWay } from "./other_way.js";
import { Satisfaction } from "./satisfaction.js";
import { StatusLine, statusOf } from "./status.js";
import { Memory } from "./storage.js";
import { SHEET } from "./styles.js";
import { TEXTS, fill, language, speak } from "./texts.js";
import { saveTranscript } from "./transcript.js";
import { TypingLine } from "./typing.js";

/** What the desk told about itself with the script (see chat.js). */
export const defaults = {
  desk: new URL(import.meta.url).origin,
  organisation: "",
  assistant: "",
  phone: "",
  phoneLink: "",
  email: "",
};

/** As in styles.js. */
const COVERS_ALL = "(max-width: 520px)";
const LIFE_SIGNS = { online: "networkBack", offline: "networkGone" };

export class AanspreekpuntChat extends HTMLElement {
  static observedAttributes = ["token"];

  #built = false;
  #open = false;
  #unread = 0;
  #refreshing = false;
  #remarkAt = null;
  #offWindow = new AbortController();

  connectedCallback() {
    if (!this.#built) this.#build();
    this.#offWindow = new AbortController();
    const { signal } = this.#offWindow;
    for (const [name, method] of Object.entries(LIFE_SIGNS)) {
      window.addEventListener(name, () => this.conversation[method](), { signal });
    }
    window.addEventListener("storage", (event) => this.memory.concernsToken(event) && this.conversation.adopt(), { signal });
    document.addEventListener("visibilitychange", () => this.#refresh(), { signal });
    this.addEventListener("focusout", (event) => this.#focusLeaves(event), { signal });
    this.#signInByAttribute();
    this.conversation.resume();
    this.#followMail();
    if (this.#inline || this.memory.open) this.#show(false);
    this.#refresh();
  }

  disconnectedCallback() {
    this.#offWindow.abort();
    this.conversation.stop();
  }

  /** Show the chat, and put the customer in the box. */
  open() {
    if (!this.#open) this.#show(true);
  }

  close() {
    if (!this.#open || this.#inline) return;
    this.#collapse();
    this.dock.opener.focus();
  }

  /** Ask this in the customer's name, e.g. from a button of the page. */
  ask(text) {
    this.#show(true);
    this.conversation.send(text);
  }

  /** One step to a human, whatever is broken. */
  requestHuman() {
    this.#show(false);
    this.conversation.requestHuman();
  }

  /**
   * Sign in the customer who is logged in on the site.
   * @param {() => string|null|Promise<string|null>} source gives a fresh token each time, or null when nobody is logged in
   */
  identify(source) {
    return this.conversation.identifyBy(async () => source());
  }

  /** The customer logged out on the site: the conversation leaves this browser. */
  signOut() {
    this.conversation.signOut();
  }

  attributeChangedCallback() {
    if (this.#built) this.#signInByAttribute();
  }

  #signInByAttribute() {
    const token = this.getAttribute("token");
    if (token) this.identify(() => this.getAttribute("token"));
    else if (token === "") this.signOut();
  }

  /** Where the chat covers the whole screen, it must not cover what has the focus (WCAG 2.2, 2.4.11). */
  #focusLeaves({ relatedTarget }) {
    if (relatedTarget && !this.#inline && matchMedia(COVERS_ALL).matches) this.#collapse();
  }

  /**
   * The page was opened from a mail: the conversation stands behind the #, and goes from there at once. Mails lead to the desk's
   * own page; on another site such a link can only be somebody's who wants the customer in a conversation that is not theirs.
   */
  async #followMail() {
    if (location.origin !== this.conversation.api.origin) return;
    const [, link] = location.hash.match(/^#verder=([\w:.~-]+)$/) ?? [];
    if (!link) return;
    try {
      await this.conversation.follow(link);
    } catch (error) {
      // Without an answer the link stays in the address: opening the page again tries again.
      this.#note(error instanceof Refused && error.sentence ? error.sentence : TEXTS.linkFailed);
      if (!(error instanceof Refused)) return;
    }
    history.replaceState(history.state, "", location.pathname + location.search);
    this.#show(true);
  }

  get #inline() {
    return this.getAttribute("position") === "inline";
  }

  #build() {
    this.#built = true;
    speak(this.getAttribute("lang"));
    const desk = (this.getAttribute("desk") ?? defaults.desk).replace(/\/+$/, "");
    this.facts = defaults;
    this.memory = new Memory(desk);
    this.conversation = new Conversation(new DeskApi(desk), this.memory);
    this.header = new Header(this.facts, {
      save: () => saveTranscript(this.conversation.messages, { ...this.facts, ticket: this.conversation.ticket }),
      forget: () => this.#forget(),
      close: this.#inline ? null : () => this.close(),
    });
    this.list = new MessageList((payload, title) => this.conversation.send(payload, title));
    this.composer = new Composer(
      (text) => this.conversation.send(text),
      (draft) => {
        if (draft && draft !== this.memory.draft) this.conversation.typed();
        this.memory.draft = draft;
      },
    );
    this.typing = new TypingLine();
    this.status = new StatusLine();
    this.satisfaction = new Satisfaction({
      rate: (ticket, score, remark) => this.conversation.rate(ticket, score, remark),
      dismiss: (ticket) => this.conversation.dismissSatisfaction(ticket),
      done: (thanks) => this.#thank(thanks),
    });
    this.otherWay = new OtherWay({
      choose: (choice) => this.conversation.chooseOtherWay(choice),
      slots: () => this.conversation.callbackSlots(),
      done: () => this.composer.focus(),
    });
    this.dock = new Dock(this.facts, { open: () => this.open(), human: () => this.requestHuman() });
    this.frame = el(
      "section",
      {
        class: "frame",
        lang: language(),
        "aria-label": fill(TEXTS.region, this.facts),
        "data-open": "false",
        onkeydown: (event) => event.key === "Escape" && this.close(),
      },
      this.header.element,
      this.list.element,
      this.satisfaction.element,
      this.otherWay.element,
      this.typing.element,
      this.status.element,
      this.composer.element,
      this.dock.element,
    );
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [SHEET];
    shadow.append(this.frame);
    this.composer.text = this.memory.draft;
    this.#listen();
  }

  #listen() {
    const { conversation } = this;
    conversation.addEventListener("message", ({ detail }) => this.#received(detail));
    conversation.addEventListener("typing", ({ detail }) => this.typing.show(detail.employee, detail.seconds));
    conversation.addEventListener("change", () => this.#refreshSoon());
    conversation.addEventListener("reset", () => this.list.clear());
    conversation.addEventListener("renewed", () => this.#note(TEXTS.renewed));
    conversation.addEventListener("human", ({ detail }) => this.#askedAgain(detail.known));
    conversation.addEventListener("refused", ({ detail }) => {
      this.composer.giveBack(detail.entry.text, detail.sentence);
    });
  }

  #show(focus) {
    this.#open = true;
    this.#unread = 0;
    this.memory.open = true;
    this.#applyOpen();
    this.conversation.open();
    this.#beginWithTopic();
    this.list.scrollToEnd();
    if (!focus) return;
    // On a phone the keyboard would cover the assistant's first words.
    if (matchMedia("(pointer: coarse)").matches) this.header.focus();
    else this.composer.focus();
  }

  /** The site knows what the customer comes for: asked in the customer's name, once, at the start of a conversation. */
  #beginWithTopic() {
    const topic = this.getAttribute("topic")?.trim();
    if (!topic || this.memory.token || this.memory.outbox.length > 0) return;
    this.conversation.send(topic);
  }

  #collapse() {
    this.#open = false;
    this.memory.open = false;
    this.#applyOpen();
  }

  #applyOpen() {
    this.frame.dataset.open = String(this.#open);
    this.dock.setOpen(this.#open);
    this.#refresh();
  }

  #received(message) {
    this.list.add(message);
    if (message.sender === "employee") this.typing.hide();
    if (!this.#open && !this.conversation.loading && message.sender !== "customer") this.#unread += 1;
  }

  /** Several changes in one go are drawn once. */
  #refreshSoon() {
    if (this.#refreshing) return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      this.#refresh();
    });
  }

  #refresh() {
    const { conversation } = this;
    this.header.show(conversation.state, conversation.employee);
    this.list.setLoading(conversation.loading);
    this.list.showWaiting([
      ...conversation.accepted.map((entry) => ({ ...entry, mark: TEXTS.delivered, delivered: true })),
      ...conversation.pending.map((entry) => ({ ...entry, mark: conversation.online ? TEXTS.sending : TEXTS.queued })),
    ]);
    this.satisfaction.show(conversation.satisfaction);
    this.otherWay.show(conversation.offer);
    this.list.markDelivered(conversation.read);
    if (conversation.state !== "with_employee") this.typing.hide();
    conversation.noteSeen(this.#open && !document.hidden);
    this.dock.setUnread(this.#unread);
    this.dock.setBusy(conversation.wishState !== null);
    this.dock.setCanPhone(conversation.canPhone);
    this.status.show(this.#statusNow(), () => contactLinks(this.#reachable));
  }

  /** The organisation's facts, without the telephone for who cannot use one. */
  get #reachable() {
    return this.conversation.canPhone ? this.facts : { ...this.facts, phone: "" };
  }

  #statusNow() {
    if (this.#remarkAt === this.#standing) {
      const { state, ticket } = this.conversation;
      const sentence = state === "with_employee" ? TEXTS.stillWithEmployee : TEXTS.stillWaiting;
      return { sentence: fill(sentence, { ticket }), tone: "human", ways: false };
    }
    const { phone, email } = this.#reachable;
    const status = statusOf(this.conversation, Boolean(phone || email));
    if (this.#open || status.sentence || !this.#unread) return status;
    const sentence = this.#unread === 1 ? TEXTS.newMessages : TEXTS.newMessagesMany;
    return { sentence: fill(sentence, { count: this.#unread }), tone: "plain", ways: false };
  }

  /** What the conversation's standing is, in one word: a remark about it holds until it changes. */
  get #standing() {
    const { state, ticket, online, wishState } = this.conversation;
    return [state, ticket, online, wishState].join();
  }

  /** Whoever asks for a human twice hears that the first time counted. */
  #askedAgain(known) {
    this.#remarkAt = known ? this.#standing : null;
  }

  /** The question is gone, and with it what had the focus: the keyboard goes on in the box. */
  #thank(thanks) {
    if (thanks) this.#note(thanks);
    this.composer.focus();
  }

  #note(text) {
    this.list.add({ sender: "system", text, at: new Date().toISOString() });
  }

  async #forget() {
    const { ticket } = this.conversation;
    const question = ticket ? fill(TEXTS.forgetQuestionTicket, { ticket }) : TEXTS.forgetQuestion;
    const yes = await this.status.ask(question, TEXTS.forgetYes, TEXTS.forgetNo);
    if (yes) {
      this.conversation.forget();
      this.composer.text = "";
      this.#note(TEXTS.forgotten);
      this.#show(true);
    } else {
      this.#refresh();
      this.composer.focus();
    }
  }
}
