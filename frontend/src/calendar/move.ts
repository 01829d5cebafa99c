// Move and resize appointments: on screen at once, then on the server, or taken back with the reason.
import { ApiError, describeError } from "../kit/api";
import { getStaffName } from "../kit/config";
import { countMinutes, formatDayAndTime } from "../kit/local_time";
import { showToast } from "../kit/toast";
import { t } from "../kit/translate";
import type { Appointment } from "../kit/types";
import { showConflict } from "./conflict_dialog";
import { describeMessages } from "./message_status";
import { describeOverlap, removeMissing, saveChanges, tryReadAppointment } from "./save";
import { putAppointment } from "./store";

export interface Target {
  start: string;
  end: string;
  staff: number;
}

export async function moveAppointment(
  appointment: Appointment,
  target: Target,
  allowOverlap = false,
): Promise<void> {
  putAppointment({ ...appointment, ...target, is_saving: true });
  try {
    const { version } = appointment;
    const changes = { ...listChanges(appointment, target), version, allow_overlap: allowOverlap };
    announceMove(appointment, await saveChanges(appointment.id, changes));
  } catch (error) {
    await takeBack(appointment, target, error);
  }
}

/** Return the changed fields. The start alone keeps the length, also where the clocks change. */
function listChanges(appointment: Appointment, { start, end, staff }: Target): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  const length = countMinutes(appointment.start, appointment.end);
  if (staff !== appointment.staff) changes.user = staff;
  if (start !== appointment.start) changes.appointment_time = start;
  if (countMinutes(start, end) !== length) changes.end_time = end;
  return changes;
}

/** Announce the move and the messages it sends, with a button to undo it. */
function announceMove(before: Appointment, moved: Appointment): void {
  const { name, start, staff } = moved;
  const sentence = t("moved", { name, when: formatDayAndTime(start), staff: getStaffName(staff) });
  const undo = { label: t("undo"), run: () => void undoMove(before, moved) };
  showToast([sentence, describeMessages(moved, before)], "good", undo);
}

async function undoMove(before: Appointment, moved: Appointment): Promise<void> {
  const { start, end, staff } = before;
  putAppointment({ ...moved, start, end, staff, is_saving: true });
  try {
    const restored = await saveChanges(before.id, {
      appointment_time: before.at,
      end_time: before.until,
      user: before.staff,
      version: moved.version,
      allow_overlap: before.allow_overlap,
    });
    showToast([t("undone"), describeMessages(restored, moved)]);
  } catch (error) {
    await takeBack(moved, before, error);
  }
}

/** Show the appointment as it was, and why it was not moved. */
async function takeBack(appointment: Appointment, target: Target, error: unknown): Promise<void> {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 404) return removeMissing(appointment);
  putAppointment(appointment);
  if (error.code === "stale") return resolveConflict(appointment, target);
  if (error.isOutcomeUnknown) {
    const retry = { label: t("try_again"), run: () => void moveAppointment(appointment, target) };
    return showToast([t("not_sure_moved", { name: appointment.name })], "bad", retry);
  }
  if (error.code !== "overlap") return showToast([t("refused", { reason: describeError(error) })], "bad");
  const allow = { label: t("book_anyway"), run: () => void moveAppointment(appointment, target, true) };
  showToast([t("refused", { reason: await describeOverlap(error) })], "bad", allow);
}

/** Offer both versions. Without a difference the stored one is this move, whose response was lost. */
async function resolveConflict(seen: Appointment, { start, end, staff }: Target): Promise<void> {
  const stored = await tryReadAppointment(seen.id);
  if (!stored) return removeMissing(seen);
  const wanted = { start, end, staff };
  const isConflict = showConflict(seen, wanted, stored, () => moveAppointment(stored, wanted));
  if (!isConflict) announceMove(seen, stored);
}
