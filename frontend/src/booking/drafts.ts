// Bookings begun and not sent. They outlive the dialog, the page and the session: as long as the tab.
import { config } from "../kit/config";
import type { Who } from "./customer_field";
import type { Typed } from "./fields";
import type { Appointment } from "../kit/types";

const MOST = 5;
const KEY = `drafts-${config.me}`;

export interface Draft {
  request: string; // its name, and what the server knows the booking by
  edited: Appointment | null; // the visit as it was read; null: a new one
  isOpen: boolean; // whether the dialog showed it last
  isSent: boolean; // whether it was sent and no answer came
  who: Who;
  fields: Typed;
}

/** The newest first. */
export function all(): Draft[] {
  try {
    return JSON.parse(window.sessionStorage.getItem(KEY) ?? "[]") as Draft[];
  } catch {
    return []; // storage is switched off, or holds what is none of ours
  }
}

export function keep(draft: Draft): void {
  save([draft, ...all().filter((one) => one.request !== draft.request)].slice(0, MOST));
}

export function forget(request: string): void {
  save(all().filter((one) => one.request !== request));
}

export function forgetAll(): void {
  save([]);
}

function save(drafts: Draft[]): void {
  try {
    window.sessionStorage.setItem(KEY, JSON.stringify(drafts));
  } catch {
    // Without storage a draft lives as long as the dialog holds it.
  }
}

/** A random UUID; the browser's own function is missing on plain HTTP. */
export function newRequest(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte, at) => (at === 6 ? (byte & 15) | 64 : at === 8 ? (byte & 63) | 128 : byte));
  const text = hex.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
