// Describe the status of an appointment's messages.
import { capitalize, t } from "../kit/translate";
import type { Appointment, MessageStatus } from "../kit/types";

/** Describe one message: "Reminder delivered". */
export function describeMessage(message: MessageStatus): string {
  return `${capitalize(message.kind)} ${message.words}`;
}

/** Describe the messages after a change from `before`; only a new start sends any. */
export function describeMessages(appointment: Appointment, before: Appointment | null): string {
  if (before?.at === appointment.at) return t("told_nothing");
  return appointment.texts.map((message) => `${describeMessage(message)}.`).join(" ") || t("told_nothing");
}
