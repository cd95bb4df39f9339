/** The conversation as a text file that the customer can keep. */
import { TEXTS, fill } from "./texts.js";
import { fullTime } from "./times.js";
import { senderName } from "./senders.js";

/**
 * @param {object[]} messages as the desk gave them
 * @param {{organisation: string, ticket: string|null}} about
 * @returns {string}
 */
export function transcriptOf(messages, { organisation, ticket }) {
  const head = [
    fill(TEXTS.transcriptTitle, { organisation }),
    fill(TEXTS.transcriptSaved, { date: fullTime(new Date()) }),
    ...(ticket ? [fill(TEXTS.transcriptTicket, { ticket })] : []),
  ];
  const lines = messages.map((message) => `[${fullTime(message.at)}] ${senderName(message)}:\n${message.text}`);
  return [head.join("\n"), ...lines].join("\n\n") + "\n";
}

/** Hand the text to the browser as a download. */
export function saveTranscript(messages, about) {
  const file = new Blob([transcriptOf(messages, about)], { type: "text/plain;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = fill(TEXTS.transcriptFile, { date: new Date().toISOString().slice(0, 10) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
