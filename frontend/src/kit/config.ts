// What the page brought along, and its words.
import type { Config, Person } from "./types";

const holder = document.getElementById("config");
export const config = JSON.parse(holder?.textContent ?? "{}") as Config;

/** The sentence called `name`, its {braces} filled in. */
export function t(name: string, values: Record<string, string | number> = {}): string {
  const sentence = config.words[name];
  if (sentence === undefined) throw new Error(`no words for ${name}`);
  return sentence.replace(/\{(\w+)\}/g, (_, key: string) => isolated(String(values[key] ?? "")));
}

/** A name that is read from the right must not turn the sentence around it. */
function isolated(value: string): string {
  return /[\u0590-\u08ff\ufb1d-\ufefc]/.test(value) ? `\u2068${value}\u2069` : value;
}

export function person(id: number): Person | undefined {
  return config.staff.find((one) => one.id === id);
}

export function staffName(id: number): string {
  return person(id)?.name ?? "";
}

/** The address of a symbol of icons.svg. */
export function iconUrl(name: string): string {
  return `${document.body.dataset.icons ?? ""}#${name}`;
}
