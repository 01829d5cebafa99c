// Go to another day, view or staff member, and keep them in the page's URL.
import { config } from "../kit/config";
import { addMinutes, getLocalTime } from "../kit/local_time";
import type { Appointment, ViewName } from "../kit/types";
import { refresh } from "./refresh";
import { isOneStaffShown, revealAppointment, shown, updateShown, type Shown } from "./store";

const MORNING = "09:00:00"; // the suggested start on days other than today
const STEP_MINUTES = 15;

/** Show the view and the staff member that the URL names. */
export function showViewOfUrl(): void {
  const query = new URLSearchParams(window.location.search);
  const view = query.get("view");
  const staff = Number(query.get("staff") ?? 0);
  updateShown({
    view: view === "week" || view === "list" ? view : shown.view,
    staff: config.staff.some((member) => member.id === staff) ? staff : 0,
  });
}

export function goToDay(day: string): void {
  navigate({ day });
}

/** Show the day of an appointment, and its staff member where one is shown alone. */
export function goToAppointment(appointment: Appointment): void {
  revealAppointment(appointment.id);
  const staff = isOneStaffShown() ? appointment.staff : shown.staff;
  navigate({ staff, day: appointment.start.slice(0, 10) });
}

export function goToView(view: ViewName): void {
  navigate({ view, staff: view === "list" ? 0 : shown.staff });
}

/** Apply `changes` to the view, write it into the URL, and read the appointments. */
export function navigate(changes: Partial<Shown>): void {
  updateShown(changes);
  const query = new URLSearchParams({ date: shown.day });
  if (shown.view !== "day") query.set("view", shown.view);
  if (shown.staff) query.set("staff", String(shown.staff));
  window.history.replaceState(null, "", `?${query.toString()}`);
  void refresh();
}

/** Suggest the start of a new appointment: today the next quarter of an hour, else 9:00. */
export function suggestStart(): string {
  const now = getLocalTime(config.zone);
  if (shown.day !== now.slice(0, 10)) return `${shown.day}T${MORNING}`;
  return addMinutes(`${now.slice(0, 16)}:00`, STEP_MINUTES - (Number(now.slice(14, 16)) % STEP_MINUTES));
}
