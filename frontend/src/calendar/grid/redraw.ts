// Draw the appointments of the store, and scroll to them. The library gets only the changed ones
// and the changed options: it redraws everything for each option, too slow on a full day.
import type { Calendar } from "@event-calendar/core";
import { addDays } from "../../kit/local_time";
import type { Appointment } from "../../kit/types";
import { areShownDaysLoaded, getShownDays, getToday, onChange, shown, takeRevealed } from "../store";
import { listColumns, listVisible } from "../visible";
import { makeEventInput } from "./event_input";
import { focusAppointment, getFocusedId, scrollListTo, scrollToAppointment } from "./focus";
import { getGridView, getScrollTime } from "./options";

let calendar: Calendar;
let drawnPlace = ""; // the view and its first day
let scrolledPlace = ""; // the place that was scrolled to, once its appointments were loaded
let drawTimer = 0;
const drawnOptions = new Map<string, string>();
let drawnAppointments = new Map<number, string>();
let drawnView = ""; // the view that has drawn `drawnAppointments`

export function startDrawing(created: Calendar): void {
  calendar = created;
  onChange(redraw);
  redraw();
}

/** Redraw. In a new place the line of the current time is removed first, as it reads elements that
 * the other options remove. */
function redraw(): void {
  const place = `${getGridView()} ${getShownDays().first}`;
  const isNewPlace = drawnPlace !== place;
  drawnPlace = place;
  if (isNewPlace) {
    setOption("nowIndicator", false);
    window.clearTimeout(drawTimer);
    drawTimer = window.setTimeout(drawAll);
  } else if (!drawTimer) drawAll();
}

function drawAll(): void {
  drawTimer = 0;
  const focused = getFocusedId();
  setOption("resources", listColumns().map(({ id, name }) => ({ id, title: name })));
  setOption("view", getGridView());
  setOption("date", getShownDays().first);
  drawAppointments();
  setOption("nowIndicator", isTodayShown());
  if (areShownDaysLoaded()) scrollOnce();
  const revealed = takeRevealed();
  if (revealed) requestAnimationFrame(() => scrollToAppointment(revealed));
  else if (focused) requestAnimationFrame(() => focusAppointment(focused));
}

function isTodayShown(): boolean {
  const { first, days } = getShownDays();
  const today = getToday();
  return first <= today && today < addDays(first, days);
}

type DrawnOption = "resources" | "view" | "date" | "nowIndicator";

/** Set an option of the library, unless it has that value already. */
function setOption<K extends DrawnOption>(name: K, value: Calendar.Options[K]): void {
  const drawn = JSON.stringify(value);
  if (drawnOptions.get(name) === drawn) return;
  drawnOptions.set(name, drawn);
  calendar.setOption(name, value);
}

/** Update single appointments where the same ones stay on screen, else set all of them. */
function drawAppointments(): void {
  const visible = listVisible();
  const drawn = new Map(visible.map((appointment) => [appointment.id, JSON.stringify(appointment)]));
  if (areDrawn(visible)) {
    const changed = visible.filter(({ id }) => drawn.get(id) !== drawnAppointments.get(id));
    for (const appointment of changed) calendar.updateEvent(makeEventInput(appointment));
  } else calendar.setOption("events", visible.map(makeEventInput));
  [drawnAppointments, drawnView] = [drawn, getGridView()];
}

/** Return whether exactly these appointments are drawn, in the same view. */
function areDrawn(visible: Appointment[]): boolean {
  const isSameCount = visible.length === drawnAppointments.size;
  return drawnView === getGridView() && isSameCount && visible.every(({ id }) => drawnAppointments.has(id));
}

/** Scroll once in each place, so that the user's own scrolling stays. */
function scrollOnce(): void {
  const isList = getGridView() === "listWeek";
  const place = isList ? [drawnPlace, shown.view, shown.day, shown.staff].join() : drawnPlace;
  if (scrolledPlace === place) return;
  scrolledPlace = place;
  if (isList) requestAnimationFrame(() => scrollListTo(shown.day));
  else calendar.setOption("scrollTime", getScrollTime()); // early appointments have moved its first hour
}
