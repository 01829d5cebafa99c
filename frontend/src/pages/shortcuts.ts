// Run the keyboard shortcuts; the help dialog in the page's template lists the same ones.
import { openNewBooking } from "../appointment/open_booking";
import { closePanel } from "../appointment/panel";
import { getFocusedId } from "../calendar/grid/focus";
import { handleCarryKey, pickUpAppointment } from "../calendar/keyboard_move";
import { goToDay, goToView } from "../calendar/navigation";
import { findAppointment, getNeighbourDay, getToday } from "../calendar/store";
import { getElement } from "../kit/dom";
import { runNewestAction } from "../kit/toast";

const SHORTCUTS: Record<string, () => void> = {
  n: openNewBooking,
  t: () => goToDay(getToday()),
  j: () => goToDay(getNeighbourDay(1)),
  k: () => goToDay(getNeighbourDay(-1)),
  d: () => goToView("day"),
  w: () => goToView("week"),
  l: () => goToView("list"),
  g: () => getElement<HTMLInputElement>("pick-day").focus(),
  m: pickUpFocused,
  z: runNewestAction,
  "?": openHelp,
};

export function startShortcuts(): void {
  window.addEventListener("keydown", handleKey, { capture: true });
  getElement("open-help").addEventListener("click", openHelp);
  for (const link of document.querySelectorAll<HTMLElement>("[data-book]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      openNewBooking();
    });
  }
}

function handleKey(event: KeyboardEvent): void {
  if (handleCarryKey(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !isDialogOpen()) closePanel();
  if (isTypingInto(event.target as Element) || isDialogOpen()) return;
  const run = SHORTCUTS[event.key];
  if (!run) return;
  event.preventDefault();
  event.stopPropagation(); // the focused appointment may be redrawn meanwhile
  run();
}

function isDialogOpen(): boolean {
  return document.querySelector("dialog:modal") !== null;
}

/** Return whether the target is a field, other than one of a dialog that was just closed. */
function isTypingInto(target: Element): boolean {
  const field = target.closest("input, select, textarea");
  return field !== null && field.closest("dialog:not([open])") === null;
}

function openHelp(): void {
  getElement<HTMLDialogElement>("help").showModal();
}

function pickUpFocused(): void {
  const appointment = findAppointment(getFocusedId() ?? 0);
  if (appointment) pickUpAppointment(appointment);
}
