// Save changes of an appointment, and read it again afterwards.
import { ApiError, readJson, sendJson } from "../kit/api";
import { getStaffName } from "../kit/config";
import { formatSpan } from "../kit/local_time";
import { showToast } from "../kit/toast";
import { t } from "../kit/translate";
import type { Appointment } from "../kit/types";
import { runWithoutRefresh } from "./refresh";
import { putAppointment, removeAppointment } from "./store";

/** PATCH the appointment, and return it with its messages as planned now. */
export function saveChanges(id: number, changes: Record<string, unknown>): Promise<Appointment> {
  return runWithoutRefresh(async () => {
    await sendJson("PATCH", `/appointments/${id}/`, changes);
    return reloadAppointment(id);
  });
}

/** Read the appointment as the calendar shows it, without changing the store. */
export function readAppointment(id: number): Promise<Appointment | null> {
  return readJson<Appointment>(`/calendar/events/${id}/`);
}

/** Read the appointment, or return null where that fails. */
export function tryReadAppointment(id: number): Promise<Appointment | null> {
  return readAppointment(id).catch(() => null);
}

/** Read the appointment into the store. */
export async function reloadAppointment(id: number): Promise<Appointment> {
  const appointment = await readAppointment(id);
  if (!appointment) throw new ApiError(404, "not_found", t("gone"));
  putAppointment(appointment);
  return appointment;
}

/** Remove an appointment that the server has no longer, and announce it. */
export function removeMissing(appointment: Appointment): void {
  removeAppointment(appointment.id);
  showToast([t("gone")], "bad");
}

/** Describe the overlapping appointment; return the server's sentence where it can't be read. */
export async function describeOverlap(error: ApiError): Promise<string> {
  const [id] = error.errors.overlaps ?? [];
  const other = id && (await tryReadAppointment(Number(id)));
  if (!other) return error.message;
  const span = formatSpan(other.start, other.end);
  return t("clash", { staff: getStaffName(other.staff), name: other.name, span });
}
