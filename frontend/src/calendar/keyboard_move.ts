// Moving a visit with the keyboard: it is picked up, carried by the arrow keys, and dropped.
import { getStaffName } from "../kit/config";
import { t } from "../kit/translate";
import { getElement } from "../kit/dom";
import { columns, focus, reveal } from "./grid/grid";
import { hold } from "./refresh";
import { move } from "./move";
import { put, shown, visits } from "./store";
import { showToast } from "../kit/toast";
import type { Appointment } from "../kit/types";
import { formatDay, countMinutes, addMinutes, formatSpan } from "../kit/local_time";

const STEP_MINUTES = 15;
const LEFT_ALONE = new Set(["Shift", "Control", "Alt", "Meta", "CapsLock"]);
let carried: { from: Appointment; now: Appointment } | null = null;

/** Whoever takes the mouse, or leaves the calendar, puts back what the keyboard carries. */
export function startCarrying(): void {
  window.addEventListener("pointerdown", () => carried && putBack(), { capture: true });
}

export function grab(visit: Appointment): void {
  if (visit.is_saving) return;
  if (!visit.can_move) return showToast([t("cannot_move")], "bad");
  carried = { from: visit, now: visit };
  hold(true);
  say();
  requestAnimationFrame(() => focus(visit.id));
}

/** While a visit is carried every key is its own; true when one is. */
export function carry(event: KeyboardEvent): boolean {
  if (!carried || LEFT_ALONE.has(event.key)) return false;
  if (event.key === "Enter") drop();
  else if (event.key === "Escape") putBack();
  else {
    const now = step(carried.now, event.key, event.shiftKey);
    if (now) {
      carried.now = now;
      reveal(now.id);
      put(now);
      say();
    }
  }
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function step(visit: Appointment, key: string, isLength: boolean): Appointment | null {
  const minutes = { ArrowUp: -STEP_MINUTES, ArrowDown: STEP_MINUTES }[key];
  if (minutes !== undefined) return isLength ? stretched(visit, minutes) : shifted(visit, minutes);
  const aside = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (aside === undefined) return null;
  return shown.view === "day" ? handed(visit, aside) : shifted(visit, aside * 1440);
}

function shifted(visit: Appointment, minutes: number): Appointment {
  const { start, end } = visit;
  return { ...visit, start: addMinutes(start, minutes), end: addMinutes(end, minutes) };
}

function stretched(visit: Appointment, minutes: number): Appointment {
  const end = addMinutes(visit.end, minutes);
  return countMinutes(visit.start, end) >= STEP_MINUTES ? { ...visit, end } : visit;
}

function handed(visit: Appointment, aside: number): Appointment {
  const people = columns().filter((one) => one.bookable);
  const at = people.findIndex((one) => one.id === visit.staff);
  const next = people[at + aside];
  return next ? { ...visit, staff: next.id } : visit;
}

function drop(): void {
  const { from, now } = carried ?? {};
  release();
  if (!from || !now) return;
  visits.set(from.id, from);
  const isSame = now.start === from.start && now.end === from.end && now.staff === from.staff;
  if (isSame) return put(from);
  void move(from, { start: now.start, end: now.end, staff: now.staff });
}

function putBack(): void {
  const from = carried?.from;
  release();
  if (!from) return;
  put(from);
  showToast([t("put_back")]);
}

function release(): void {
  carried = null;
  hold(false);
  getElement("carrying").hidden = true;
}

function say(): void {
  if (!carried) return;
  const { name, start, end, staff } = carried.now;
  const when = `${formatDay(start)}, ${formatSpan(start, end)}`;
  getElement("carrying").hidden = false;
  getElement("carrying").textContent = t("moving", { name, when, staff: getStaffName(staff) });
}
