// Set the grid's options: its view, its hours and the content of its events.
import type { Calendar } from "@event-calendar/core";
import { config } from "../../kit/config";
import { addMinutes, formatDay, getLocalTime } from "../../kit/local_time";
import { t } from "../../kit/translate";
import { findAppointment, isNarrow, listAppointments, shown } from "../store";
import { makeEventContent, makeListContent } from "./event_content";
import { toLocalTime, withPreviewTimes } from "./event_input";

const LONG_PRESS_MS = 350;
const SNAP_MINUTES = 15;
const SLOT_PX = 18;
const BEFORE_NOW_MINUTES = 75; // of today that stay in view above the current time
const OPENING_TIME = "08:00";
const EARLIEST_TIME = "05:00"; // appointments before it don't move the first hour in view

/** Return the name that the library gives to the view that is shown. */
export function getGridView(): string {
  if (shown.view === "list") return "listWeek";
  if (shown.view === "week") return isNarrow.matches ? "listWeek" : "timeGridWeek";
  return "resourceTimeGridDay";
}

export function makeOptions(): Calendar.Options {
  return {
    timeZone: config.offset,
    locale: document.documentElement.lang || "en",
    firstDay: config.first_day,
    headerToolbar: { start: "", center: "", end: "" },
    height: "100%",
    allDaySlot: false,
    nowIndicator: true,
    flexibleSlotTimeLimits: true,
    slotMinTime: OPENING_TIME,
    slotMaxTime: "20:00",
    slotDuration: { minutes: SNAP_MINUTES },
    snapDuration: { minutes: SNAP_MINUTES },
    slotLabelInterval: "01:00",
    slotHeight: SLOT_PX,
    scrollTime: getScrollTime(),
    slotEventOverlap: false,
    pointer: true,
    selectable: true,
    editable: true,
    longPressDelay: LONG_PRESS_MS,
    noEventsContent: t("nothing_booked"),
    dayHeaderFormat: (day: Date) => formatDay(toLocalTime(day)),
    eventTimeFormat: () => "",
    eventContent: (info) => ({ domNodes: makeContent(info.event) }),
  };
}

/** Return the first time in view: today a little before now, else the morning or the first
 * appointment if that is earlier. */
export function getScrollTime(): string {
  const now = getLocalTime(config.zone);
  if (shown.day !== now.slice(0, 10)) {
    const times = listAppointments().map((appointment) => appointment.start.slice(11, 16));
    return [OPENING_TIME, ...times.filter((time) => time > EARLIEST_TIME)].sort()[0] ?? OPENING_TIME;
  }
  const earlier = addMinutes(now, -BEFORE_NOW_MINUTES);
  return earlier.slice(0, 10) === shown.day ? earlier.slice(11, 16) : "00:00";
}

function makeContent(event: Calendar.Event): Node[] {
  const appointment = findAppointment(Number(event.id));
  if (!appointment || event.display === "pointer") return [];
  if (getGridView() === "listWeek") return makeListContent(appointment);
  return makeEventContent(withPreviewTimes(appointment, event));
}
