/**
 * Every Dutch sentence that the widget itself says, in one place.
 * `{name}` stands for a value that `fill` puts in. Form of address: "u". Level: B1.
 */
export const TEXTS = {
  region: "Chat met {organisation}",
  assistantTitle: "Digitale assistent",
  assistantSubtitle: "van {organisation} · geen mens",
  waitingTitle: "Medewerker gevraagd",
  waitingSubtitle: "u wacht op een mens",
  employeeTitle: "{name}, medewerker",
  employeeSubtitle: "van {organisation} · een mens",
  someEmployee: "Een medewerker",

  open: "Stel uw vraag",
  openUnread: "Stel uw vraag, {count} nieuw",
  close: "Chat sluiten",
  save: "Gesprek bewaren als tekst",
  forget: "Nieuw gesprek beginnen",
  human: "Medewerker",
  humanHint: "Vraag direct om een medewerker",
  call: "Bel {phone}",
  callShort: "Bel",
  mail: "Mail {email}",
  mailShort: "Mail",

  log: "Berichten",
  empty: "Stel hieronder uw vraag. De digitale assistent antwoordt. Wilt u een mens? Kies Medewerker.",
  box: "Uw bericht",
  boxHint: "Typ uw bericht",
  send: "Verstuur",

  senders: {
    customer: "U",
    assistant: "Digitale assistent",
    employee: "{name} · medewerker",
    system: "Melding",
  },
  delivered: "Afgeleverd",
  read: "Gelezen",
  typing: "{name} typt…",
  sending: "Wordt verstuurd",
  queued: "Bewaard, wacht op verbinding",

  charactersLeft: "Nog {count} tekens.",
  tooLong: "Uw bericht is {count} tekens te lang. Maak het korter of verstuur het in delen.",
  refused: "Dit bericht kon niet worden verstuurd. Uw tekst staat nog in het tekstvak.",

  connecting: "Verbinding maken",
  offline: "Geen verbinding. We proberen het steeds opnieuw.",
  offlineQueued: "Geen verbinding. Uw bericht is bewaard en wordt verstuurd zodra u weer online bent.",
  throttled: "Het is even druk. Uw bericht wordt over {seconds} seconden verstuurd.",
  renewed: "Uw vorige gesprek is verlopen. Er is een nieuw gesprek begonnen.",
  linkFailed: "We kunnen het gesprek uit uw e-mail nu niet openen. Probeer het later opnieuw.",
  forgetQuestion: "Dit gesprek op dit apparaat wissen?",
  forgetQuestionTicket: "Dit gesprek op dit apparaat wissen? Uw ticket {ticket} blijft bestaan.",
  forgetYes: "Ja, wissen",
  forgetNo: "Nee",
  forgotten: "Het gesprek is van dit apparaat gewist.",

  asking: "We vragen een medewerker voor u.",
  humanUnreachable: "We kunnen uw verzoek nu niet doorgeven. We blijven het proberen. Liever meteen een mens?",
  humanUnreachableNoFacts: "We kunnen uw verzoek nu niet doorgeven. We blijven het proberen.",
  waiting: "U wacht op een medewerker. Uw ticket: {ticket}. {place} U mag gewoon verder schrijven.",
  waitingFirst: "U bent als eerste aan de beurt.",
  waitingPlace: "U bent nummer {position} in de rij.",
  waitingUnknown: "De wachttijd is onbekend.",
  waitingMinute: "De wachttijd is ongeveer 1 minuut.",
  waitingMinutes: "De wachttijd is ongeveer {minutes} minuten.",
  waitingOpens: "Onze medewerkers zijn er weer op {opens}.",
  waitingClosed: "Onze medewerkers zijn er nu niet.",
  wayQuestion: "Liever op een andere manier geholpen worden? U mag ook blijven wachten.",
  ways: { call_back: "Bel mij", email: "Mail mij" },
  wayFields: { phone: "Uw telefoonnummer", email: "Uw e-mailadres", callback_slot: "Wanneer?" },
  waySoon: "Zo snel mogelijk",
  wayConfirm: "Doorgeven",
  wayFailed: "Doorgeven is niet gelukt. Wat u invulde, staat er nog. Probeer het opnieuw.",
  stillWaiting: "Uw verzoek is al doorgegeven. U wacht op een medewerker, ticket {ticket}.",
  withEmployee: "U praat met een mens. De digitale assistent zwijgt.",
  stillWithEmployee: "U praat al met een medewerker, ticket {ticket}.",
  closed: "Dit gesprek is afgesloten. Hebt u nog een vraag? Schrijf gerust verder.",
  scoreQuestion: "Hoe tevreden bent u over deze hulp?",
  scores: ["zeer ontevreden", "ontevreden", "neutraal", "tevreden", "zeer tevreden"],
  scoreEnds: "1 is zeer ontevreden, 5 is zeer tevreden. U hoeft dit niet in te vullen.",
  remark: "Wilt u iets toelichten? (mag leeg blijven)",
  scoreSend: "Versturen",
  scoreLater: "Niet nu",
  scoreThanks: "Dank u wel. We hebben uw antwoord ontvangen.",
  scoreFailed: "Versturen is niet gelukt. Uw antwoord staat er nog. Probeer het straks opnieuw.",
  scoreKept: "Uw antwoord staat er nog.",
  scoreAsk: "Het ticket is gesloten. U kunt laten weten hoe tevreden u bent. Dat hoeft niet.",
  newMessages: "{count} nieuw bericht",
  newMessagesMany: "{count} nieuwe berichten",
  newTab: "(opent in een nieuw tabblad)",

  transcriptTitle: "Gesprek met {organisation}",
  transcriptSaved: "Bewaard op {date}",
  transcriptTicket: "Ticket {ticket}",
  transcriptFile: "gesprek-{date}.txt",
};

/**
 * Put values into a sentence.
 * @param {string} sentence a value of TEXTS
 * @param {Object<string, string|number>} values
 * @returns {string}
 */
export function fill(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}
