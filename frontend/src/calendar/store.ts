// The visits on screen and what is shown of the book; who draws listens.
import { config } from "../kit/config";
import type { ViewName, Appointment } from "../kit/types";
import { addDays, findWeekStart } from "../kit/local_time";

type Listener = () => void;

export const isNarrow = window.matchMedia("(max-width: 47.99rem)");

export const shown = {
  view: "day" as ViewName,
  day: config.day,
  staff: 0, // whose week or phone it is; 0: everybody
  cancelled: false, // whether the columns show visits that are off
};

export let loaded = ""; // the first of the days that `visits` are of
export const visits = new Map<number, Appointment>();
const listeners: Listener[] = [];

export function onChange(listener: Listener): void {
  listeners.push(listener);
}

export function changed(): void {
  for (const listener of listeners) listener();
}

export function replaceAll(list: Appointment[]): void {
  loaded = span().first;
  visits.clear();
  for (const visit of list) visits.set(visit.id, visit);
  changed();
}

export function put(visit: Appointment): void {
  visits.set(visit.id, visit);
  changed();
}

/** The days the view shows: the first, and how many. */
export function span(): { first: string; days: number } {
  if (shown.view === "day") return { first: shown.day, days: 1 };
  return { first: findWeekStart(shown.day, config.first_day), days: 7 };
}

export function step(direction: 1 | -1): string {
  return addDays(shown.day, direction * (shown.view === "day" ? 1 : 7));
}

/** Whether the view shows one member of staff alone. */
export function isAlone(): boolean {
  return shown.view === "week" || (shown.view === "day" && isNarrow.matches);
}
