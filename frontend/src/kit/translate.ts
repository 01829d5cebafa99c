// Return the server's sentences in the language of the page.
import { config } from "./config";

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufefc]/;

/** Return the sentence called `name`, with its {placeholders} filled in. */
export function t(name: string, values: Record<string, string | number> = {}): string {
  const sentence = config.words[name];
  if (sentence === undefined) throw new Error(`no words for ${name}`);
  return sentence.replace(/\{(\w+)\}/g, (_, key: string) => isolateDirection(String(values[key] ?? "")));
}

/** Keep a right-to-left name from reversing the sentence around it. */
function isolateDirection(value: string): string {
  return RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value;
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
