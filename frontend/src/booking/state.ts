// Hold the booking that the dialog shows, and how far saving it has come.
import type { Appointment } from "../kit/types";
import { createRequestId } from "./drafts";

interface Booking {
  edited: Appointment | null; // the appointment as it was read; null: a new one
  request: string; // the id by which the server recognizes a repeated request
  isSent: boolean; // it was sent, and no response came
}

const state: Booking = { edited: null, request: createRequestId(), isSent: false };
export const booking: Readonly<Booking> = state;

export function beginBooking(edited: Appointment | null, request = createRequestId(), isSent = false): void {
  Object.assign(state, { edited, request, isSent });
}

/** Record that the booking was sent and no response came. */
export function markAsSent(): void {
  state.isSent = true;
}

/** Make the booking a new one for the server, which has already stored the one sent before. */
export function renewRequest(): void {
  Object.assign(state, { request: createRequestId(), isSent: false });
}

/** Overwrite another's change: edit the appointment on top of the stored version. */
export function setEdited(edited: Appointment): void {
  state.edited = edited;
}
