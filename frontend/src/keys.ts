// Shortcuts of the keyboard; the help sheet in the page's template lists the same ones.
import { openNew } from "./book";
import { config } from "./config";
import { part } from "./dom";
import { carry, grab } from "./keyboard";
import { openPanel } from "./panel";
import { shown, step, visits } from "./store";
import { goTo, setView, today } from "./toolbar";
import type { Visit } from "./types";
import { nowIn, plusMinutes } from "./wall";

const keys: Record<string, () => void> = {
  n: bookNext,
  t: () => goTo(today()),
  j: () => goTo(step(1)),
  k: () => goTo(step(-1)),
  d: () => setView("day"),
  w: () => setView("week"),
  l: () => setView("list"),
  g: () => part<HTMLInputElement>("pick-day").focus(),
  m: () => withFocused(grab),
  "?": () => part<HTMLDialogElement>("help").showModal(),
};

export function startKeys(): void {
  window.addEventListener("keydown", pressed, { capture: true });
  part("open-help").addEventListener("click", () => keys["?"]?.());
  part("open-book").addEventListener("click", (event) => {
    event.preventDefault();
    bookNext();
  });
}

function pressed(event: KeyboardEvent): void {
  if (carry(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const panel = part<HTMLDialogElement>("panel");
  if (event.key === "Escape" && panel.open && !document.querySelector("dialog:modal")) panel.close();
  const isTyping = (event.target as Element).closest("input, select, textarea") !== null;
  if (isTyping || document.querySelector("dialog:modal")) return;
  const run = keys[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}

function withFocused(run: (visit: Visit) => void): void {
  const body = document.activeElement?.querySelector<HTMLElement>("[data-visit]");
  const visit = visits.get(Number(body?.dataset.visit));
  if (visit) run(visit);
}

/** Books at the next quarter of an hour of today, or at 9:00 of another day. */
export function bookNext(): void {
  const now = nowIn(config.zone);
  const start = shown.day === now.slice(0, 10) ? nextQuarter(now) : `${shown.day}T09:00:00`;
  openNew(start, null, shown.staff || config.me);
}

function nextQuarter(now: string): string {
  const minute = Number(now.slice(14, 16));
  return plusMinutes(`${now.slice(0, 16)}:00`, 15 - (minute % 15));
}

/** Opens the visit that the address names, once it is on screen. */
export function openNamed(): void {
  const named = visits.get(Number(new URLSearchParams(window.location.search).get("visit")));
  if (named) void openPanel(named);
}
