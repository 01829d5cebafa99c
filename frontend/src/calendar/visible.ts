// Select the columns and the appointments that the view shows.
import { config } from "../kit/config";
import type { Appointment, StaffMember } from "../kit/types";
import { isOneStaffShown, listAppointments, shown } from "./store";

/** Return the staff of the columns: those who are bookable or have an appointment on screen. */
export function listColumns(): StaffMember[] {
  const busy = new Set(listAppointments().map((appointment) => appointment.staff));
  const staff = config.staff.filter((member) => member.bookable || busy.has(member.id));
  return isOneStaffShown() && shown.staff ? staff.filter((member) => member.id === shown.staff) : staff;
}

export function listVisible(): Appointment[] {
  const appointments = listAppointments().filter(isOfShownStaff);
  const withCancelled = shown.view === "list" || shown.cancelled;
  return withCancelled ? appointments : appointments.filter((appointment) => !isCancelled(appointment));
}

/** Count the cancelled appointments that the columns can show. */
export function countCancelled(): number {
  return listAppointments().filter(isOfShownStaff).filter(isCancelled).length;
}

function isCancelled(appointment: Appointment): boolean {
  return appointment.status === "cancelled";
}

function isOfShownStaff(appointment: Appointment): boolean {
  const isAnyStaff = shown.staff === 0 || !(isOneStaffShown() || shown.view === "list");
  return isAnyStaff || appointment.staff === shown.staff;
}
