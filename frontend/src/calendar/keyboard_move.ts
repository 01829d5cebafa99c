// Move an appointment with the keyboard: pick it up, carry it with the arrow keys, and drop it.
import { getStaffName } from "../kit/config";
import { getElement } from "../kit/dom";
import { addMinutes, countMinutes, formatDay, formatSpan } from "../kit/local_time";
import { showToast } from "../kit/toast";
import { t } from "../kit/translate";
import type { Appointment } from "../kit/types";
import { focusAppointment } from "./grid/focus";
import { moveAppointment } from "./move";
import { pauseRefresh, resumeRefresh } from "./refresh";
import { putAppointment, revealAppointment, shown } from "./store";
import { listColumns } from "./visible";

const STEP_MINUTES = 15;
const DAY_MINUTES = 1440;
const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "CapsLock"]);
let carried: { before: Appointment; now: Appointment } | null = null;

/** Put the carried appointment back as soon as the pointer is used. */
export function startKeyboardMoves(): void {
  window.addEventListener("pointerdown", putBack, { capture: true });
}

export function pickUpAppointment(appointment: Appointment): void {
  if (appointment.is_saving) return;
  if (!appointment.can_move) return showToast([t("cannot_move")], "bad");
  carried = { before: appointment, now: appointment };
  pauseRefresh();
  announceCarried(appointment);
  requestAnimationFrame(() => focusAppointment(appointment.id));
}

/** Handle each key while an appointment is carried. Return whether one is. */
export function handleCarryKey(event: KeyboardEvent): boolean {
  if (!carried || MODIFIERS.has(event.key)) return false;
  if (event.key === "Enter") drop();
  else if (event.key === "Escape") putBack();
  else carryTo(moveByKey(carried.now, event.key, event.shiftKey));
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function carryTo(moved: Appointment | null): void {
  if (!carried || !moved) return;
  carried.now = moved;
  revealAppointment(moved.id);
  putAppointment(moved);
  announceCarried(moved);
}

/** Return the appointment after an arrow key, or null for another key. */
function moveByKey(appointment: Appointment, key: string, isResize: boolean): Appointment | null {
  const minutes = { ArrowUp: -STEP_MINUTES, ArrowDown: STEP_MINUTES }[key];
  if (minutes !== undefined) {
    return isResize ? resizeBy(appointment, minutes) : shiftBy(appointment, minutes);
  }
  const columns = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (columns === undefined) return null;
  return shown.view === "day" ? moveToColumn(appointment, columns) : shiftBy(appointment, columns * DAY_MINUTES);
}

function shiftBy(appointment: Appointment, minutes: number): Appointment {
  const { start, end } = appointment;
  return { ...appointment, start: addMinutes(start, minutes), end: addMinutes(end, minutes) };
}

function resizeBy(appointment: Appointment, minutes: number): Appointment {
  const end = addMinutes(appointment.end, minutes);
  return countMinutes(appointment.start, end) >= STEP_MINUTES ? { ...appointment, end } : appointment;
}

function moveToColumn(appointment: Appointment, columns: number): Appointment {
  const staff = listColumns().filter((member) => member.bookable);
  const index = staff.findIndex((member) => member.id === appointment.staff);
  const next = staff[index + columns];
  return next ? { ...appointment, staff: next.id } : appointment;
}

function drop(): void {
  if (!carried) return;
  const { before, now } = carried;
  release();
  const { start, end, staff } = now;
  const isSame = start === before.start && end === before.end && staff === before.staff;
  if (isSame) putAppointment(before);
  else void moveAppointment(before, { start, end, staff });
}

function putBack(): void {
  if (!carried) return;
  const { before } = carried;
  release();
  putAppointment(before);
  showToast([t("put_back")]);
}

function release(): void {
  carried = null;
  resumeRefresh();
  getElement("carrying").hidden = true;
}

function announceCarried({ name, start, end, staff }: Appointment): void {
  const when = `${formatDay(start)}, ${formatSpan(start, end)}`;
  getElement("carrying").hidden = false;
  getElement("carrying").textContent = t("moving", { name, when, staff: getStaffName(staff) });
}
