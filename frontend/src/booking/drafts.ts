// Keep bookings that were begun and not sent. They outlive the dialog, the page and the session, and
// end with the browser's tab. The names of their fields are those of drafts stored before an update.
import { config } from "../kit/config";
import type { Appointment } from "../kit/types";
import type { CustomerEntry } from "./customer_field";
import type { FieldValues } from "./fields";

const MOST = 5;
const KEY = `drafts-${config.me}`;

export interface Draft {
  request: string; // the id of the draft, and of the booking on the server
  edited: Appointment | null; // the appointment as it was read; null: a new one
  isOpen: boolean; // whether the dialog showed it last
  isSent: boolean; // whether it was sent and no response came
  who: CustomerEntry;
  fields: FieldValues;
}

/** Return the drafts, newest first. */
export function listDrafts(): Draft[] {
  try {
    return JSON.parse(window.sessionStorage.getItem(KEY) ?? "[]") as Draft[];
  } catch {
    return []; // storage is switched off, or holds something else
  }
}

export function listOtherDrafts(request: string): Draft[] {
  return listDrafts().filter((draft) => draft.request !== request);
}

export function keepDraft(draft: Draft): void {
  saveDrafts([draft, ...listOtherDrafts(draft.request)].slice(0, MOST));
}

export function deleteDraft(request: string): void {
  saveDrafts(listOtherDrafts(request));
}

export function deleteAllDrafts(): void {
  saveDrafts([]);
}

function saveDrafts(drafts: Draft[]): void {
  try {
    window.sessionStorage.setItem(KEY, JSON.stringify(drafts));
  } catch {
    // Without storage a draft lives as long as the dialog holds it.
  }
}

/** Return a random UUID; the browser's own function is missing on plain HTTP. */
export function createRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte, at) => (at === 6 ? (byte & 15) | 64 : at === 8 ? (byte & 63) | 128 : byte));
  const text = hex.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
