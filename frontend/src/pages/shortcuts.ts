// Shortcuts of the keyboard; the help sheet in the page's template lists the same ones.
import { openNew } from "../booking/dialog";
import { config } from "../kit/config";
import { getElement } from "../kit/dom";
import { getFocusedId } from "../calendar/grid/focus";
import { handleCarryKey, pickUpAppointment } from "../calendar/keyboard_move";
import { goToDay, goToView, suggestStart } from "../calendar/navigation";
import { findAppointment, getNeighbourDay, getToday, shown } from "../calendar/store";
import { runNewestAction } from "../kit/toast";
import type { Appointment } from "../kit/types";

const keys: Record<string, () => void> = {
  n: bookNext,
  t: () => goToDay(getToday()),
  j: () => goToDay(getNeighbourDay(1)),
  k: () => goToDay(getNeighbourDay(-1)),
  d: () => goToView("day"),
  w: () => goToView("week"),
  l: () => goToView("list"),
  g: () => getElement<HTMLInputElement>("pick-day").focus(),
  m: () => withFocused(pickUpAppointment),
  z: runNewestAction,
  "?": () => getElement<HTMLDialogElement>("help").showModal(),
};

export function startKeys(): void {
  window.addEventListener("keydown", pressed, { capture: true });
  getElement("open-help").addEventListener("click", () => keys["?"]?.());
  for (const link of document.querySelectorAll<HTMLElement>("[data-book]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      bookNext();
    });
  }
}

function pressed(event: KeyboardEvent): void {
  if (handleCarryKey(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const panel = getElement<HTMLDialogElement>("panel");
  if (event.key === "Escape" && panel.open && !document.querySelector("dialog:modal")) panel.close();
  const field = (event.target as Element).closest("input, select, textarea");
  const isTyping = field !== null && field.closest("dialog:not([open])") === null; // one just closed
  if (isTyping || document.querySelector("dialog:modal")) return;
  const run = keys[event.key];
  if (!run) return;
  event.preventDefault();
  event.stopPropagation(); // the visit it was pressed on may be drawn anew meanwhile
  run();
}

function withFocused(run: (visit: Appointment) => void): void {
  const visit = findAppointment(getFocusedId() ?? 0);
  if (visit) run(visit);
}

export function bookNext(): void {
  openNew(suggestStart(), null, shown.staff || config.me);
}
