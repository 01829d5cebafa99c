// What the page brought along, and its words.
import type { Config, Person } from "./types";

const holder = document.getElementById("config");
export const config = JSON.parse(holder?.textContent ?? "{}") as Config;

/** The sentence called `name`, its {braces} filled in. */
export function t(name: string, values: Record<string, string | number> = {}): string {
  const sentence = config.words[name];
  if (sentence === undefined) throw new Error(`no words for ${name}`);
  return sentence.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ""));
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
