// Shortcuts of the keyboard; the help sheet in the page's template lists the same ones.
import { openNew } from "../booking/dialog";
import { config } from "../kit/config";
import { getElement } from "../kit/dom";
import { focusedId } from "../calendar/grid/grid";
import { carry, grab } from "../calendar/keyboard_move";
import { shown, step, visits } from "../calendar/store";
import { runNewestAction } from "../kit/toast";
import { goTo, nextStart, setView, today } from "../calendar/toolbar";
import type { Appointment } from "../kit/types";

const keys: Record<string, () => void> = {
  n: bookNext,
  t: () => goTo(today()),
  j: () => goTo(step(1)),
  k: () => goTo(step(-1)),
  d: () => setView("day"),
  w: () => setView("week"),
  l: () => setView("list"),
  g: () => getElement<HTMLInputElement>("pick-day").focus(),
  m: () => withFocused(grab),
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
  if (carry(event) || event.ctrlKey || event.metaKey || event.altKey) return;
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
  const visit = visits.get(focusedId() ?? 0);
  if (visit) run(visit);
}

export function bookNext(): void {
  openNew(nextStart(), null, shown.staff || config.me);
}
