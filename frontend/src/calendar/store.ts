// Hold the state of the calendar: the view, and the appointments of its days.
// Other modules read it here and change it through these functions, which notify the listeners.
import { config } from "../kit/config";
import { addDays, findWeekStart, getLocalTime } from "../kit/local_time";
import type { Appointment, ViewName } from "../kit/types";

export interface Shown {
  view: ViewName;
  day: string;
  staff: number; // the staff member shown alone; 0: everybody
  cancelled: boolean; // whether the columns show cancelled appointments
}

type Listener = () => void;

export const isNarrow = window.matchMedia("(max-width: 47.99rem)");

const state: Shown = { view: "day", day: config.day, staff: 0, cancelled: false };
export const shown: Readonly<Shown> = state;

const appointments = new Map<number, Appointment>();
let loadedFrom = ""; // the first of the days that `appointments` are of
let revealedId: number | null = null; // the appointment to bring into view once its days are loaded

const changeListeners: Listener[] = [];
const reloadListeners: Listener[] = [];

/** Call `listener` after each change. */
export function onChange(listener: Listener): void {
  changeListeners.push(listener);
}

/** Call `listener` after the appointments were read from the server again. */
export function onReload(listener: Listener): void {
  reloadListeners.push(listener);
}

function notify(listeners: Listener[]): void {
  for (const listener of listeners) listener();
}

export function updateShown(changes: Partial<Shown>): void {
  Object.assign(state, changes);
  if (isOneStaffShown() && !state.staff) state.staff = getDefaultStaff();
  notify(changeListeners);
}

/** Return the staff member that a view of one begins with: the signed-in one, if bookable. */
function getDefaultStaff(): number {
  const bookable = config.staff.filter((member) => member.bookable);
  return (bookable.find((member) => member.id === config.me) ?? bookable[0])?.id ?? 0;
}

/** Return whether the view shows the appointments of one staff member only. */
export function isOneStaffShown(): boolean {
  return shown.view === "week" || (shown.view === "day" && isNarrow.matches);
}

/** Return the days that the view shows: the first, and their number. */
export function getShownDays(): { first: string; days: number } {
  if (shown.view === "day") return { first: shown.day, days: 1 };
  return { first: findWeekStart(shown.day, config.first_day), days: 7 };
}

/** Return the day that the view shows after a step back or on. */
export function getNeighbourDay(direction: 1 | -1): string {
  return addDays(shown.day, direction * (shown.view === "day" ? 1 : 7));
}

export function getToday(): string {
  return getLocalTime(config.zone).slice(0, 10);
}

export function findAppointment(id: number): Appointment | undefined {
  return appointments.get(id);
}

export function listAppointments(): Appointment[] {
  return [...appointments.values()];
}

export function putAppointment(appointment: Appointment): void {
  appointments.set(appointment.id, appointment);
  notify(changeListeners);
}

export function removeAppointment(id: number): void {
  appointments.delete(id);
  notify(changeListeners);
}

/** Take over all appointments of the shown days, as read from the server. */
export function replaceAppointments(list: Appointment[]): void {
  loadedFrom = getShownDays().first;
  appointments.clear();
  for (const appointment of list) appointments.set(appointment.id, appointment);
  notify(changeListeners);
  notify(reloadListeners);
}

export function areShownDaysLoaded(): boolean {
  return loadedFrom === getShownDays().first;
}

/** Bring the appointment into view and focus it when its days are drawn next. */
export function revealAppointment(id: number): void {
  revealedId = id;
}

/** Return the appointment to reveal once its days are loaded, and forget it. */
export function takeRevealed(): number | null {
  if (!areShownDaysLoaded()) return null;
  const id = revealedId;
  revealedId = null;
  return id;
}
