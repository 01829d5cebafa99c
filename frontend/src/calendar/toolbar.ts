// Which day, which view, whose: the tools above the calendar, and the address that remembers them.
import { config } from "../kit/config";
import { t } from "../kit/translate";
import { makeIcon, makeElement, getElement } from "../kit/dom";
import { columns, countHidden, refresh, reveal } from "./grid/grid";
import { load } from "./refresh";
import { isAlone, isNarrow, onChange, shown, span, step } from "./store";
import type { ViewName, Appointment } from "../kit/types";
import { formatDay, formatLongDay, getLocalTime, addDays, addMinutes, formatTime } from "../kit/local_time";

const picker = getElement<HTMLInputElement>("pick-day");
const staff = getElement<HTMLSelectElement>("pick-staff");

const cancelled = getElement("show-cancelled");

/** The day, view and staff that the address names. */
export function readAddress(): void {
  const asked = new URLSearchParams(window.location.search);
  const view = asked.get("view");
  if (view === "week" || view === "list") shown.view = view;
  const named = Number(asked.get("staff") ?? 0);
  shown.staff = config.staff.some((one) => one.id === named) ? named : 0;
  settleStaff();
}

export function startToolbar(): void {
  getElement("go-today").addEventListener("click", () => goTo(today()));
  getElement("go-back").addEventListener("click", () => goTo(step(-1)));
  getElement("go-on").addEventListener("click", () => goTo(step(1)));
  picker.addEventListener("change", () => picker.value && goTo(picker.value));
  staff.addEventListener("change", () => {
    shown.staff = Number(staff.value);
    settle();
  });
  cancelled.addEventListener("click", () => {
    shown.cancelled = !shown.cancelled;
    showTools();
    refresh();
  });
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-view]")) {
    button.addEventListener("click", () => setView(button.dataset.view as ViewName));
  }
  onChange(showTools);
  isNarrow.addEventListener("change", settle);
  showTools();
}

export function today(): string {
  return getLocalTime(config.zone).slice(0, 10);
}

export function goTo(day: string): void {
  shown.day = day;
  settle();
}

/** The day of a visit, and on a phone whose it is, with the visit in view. */
export function goToVisit(visit: Appointment): void {
  reveal(visit.id);
  if (isAlone()) shown.staff = visit.staff;
  goTo(visit.start.slice(0, 10));
}

/** When to book unless one says so: the next quarter of an hour of today, 9:00 of another day. */
export function nextStart(): string {
  const now = getLocalTime(config.zone);
  if (shown.day !== now.slice(0, 10)) return `${shown.day}T09:00:00`;
  return addMinutes(`${now.slice(0, 16)}:00`, 15 - (Number(now.slice(14, 16)) % 15));
}

export function setView(view: ViewName): void {
  shown.view = view;
  if (view === "list") shown.staff = 0;
  settle();
}

function settle(): void {
  settleStaff();
  const query = new URLSearchParams({ date: shown.day });
  if (shown.view !== "day") query.set("view", shown.view);
  if (shown.staff) query.set("staff", String(shown.staff));
  window.history.replaceState(null, "", `?${query.toString()}`);
  showTools();
  refresh();
  void load();
}

/** A view of one member of staff begins with the one who is signed in. */
function settleStaff(): void {
  if (!isAlone() || shown.staff) return;
  const mine = config.staff.find((one) => one.id === config.me && one.bookable);
  shown.staff = (mine ?? config.staff.find((one) => one.bookable))?.id ?? 0;
}

function showTools(): void {
  const { first, days } = span();
  const last = addDays(first, days - 1);
  getElement("shown-days").textContent = days === 1 ? formatLongDay(first) : `${formatDay(first)} – ${formatDay(last)}`;
  picker.value = shown.day;
  for (const button of document.querySelectorAll<HTMLElement>("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === shown.view));
  }
  const isToday = first <= today() && today() <= last;
  getElement("go-today").classList.toggle("is-now", isToday);
  showStaff();
  showZone();
  showCancelled();
}

/** In columns, visits that are off would only take room: they show when asked for. */
function showCancelled(): void {
  const count = shown.view === "list" ? 0 : countHidden();
  cancelled.hidden = !count;
  const words = t("cancelled_count", { count });
  cancelled.replaceChildren(makeIcon("cancelled"), makeElement("span", {}, words), makeElement("b", {}, String(count)));
  cancelled.setAttribute("aria-label", words);
  cancelled.setAttribute("aria-pressed", String(shown.cancelled));
}

function showStaff(): void {
  const isShown = isAlone() || shown.view === "list";
  getElement("staff-field").hidden = !isShown;
  const people = config.staff.filter((one) => one.bookable || one.id === shown.staff);
  const options = people.map((one) => makeElement("option", { value: String(one.id) }, one.name));
  if (!isAlone()) options.unshift(makeElement("option", { value: "0" }, t("all_staff")));
  staff.replaceChildren(...options);
  staff.value = String(shown.staff);
  getElement("nobody").hidden = columns().length > 0 || config.staff.some((one) => one.bookable);
}

function showZone(): void {
  const here = getLocalTime(Intl.DateTimeFormat().resolvedOptions().timeZone).slice(0, 16);
  const there = getLocalTime(config.zone);
  getElement("zone-note").hidden = here === there.slice(0, 16);
  getElement("zone-note").textContent = t("zone_note", { zone: config.zone, time: formatTime(there) });
}
