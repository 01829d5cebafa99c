// Turn an appointment into an event of the library, and a dragged event into new times.
import type { Calendar } from "@event-calendar/core";
import { addDays, addMinutes, countMinutes, formatTime } from "../../kit/local_time";
import type { Appointment } from "../../kit/types";
import { shown } from "../store";

const LEAST_MINUTES = 15; // a shorter event could be neither read nor clicked

export function makeEventInput(appointment: Appointment): Calendar.EventInput {
  const [start, end] = getDrawnSpan(appointment);
  const canMove = appointment.can_move && !appointment.is_saving;
  return {
    id: appointment.id,
    resourceIds: [appointment.staff],
    start,
    end,
    title: `${appointment.name}, ${formatTime(appointment.start)}`,
    startEditable: canMove,
    durationEditable: canMove,
    classNames: listClassNames(appointment, countShorterPart(start, end)),
    styles: [`--service:${appointment.color}`],
  };
}

function listClassNames({ status, is_saving }: Appointment, drawnMinutes: number): string[] {
  const isShort = shown.view !== "list" && drawnMinutes < 2 * LEAST_MINUTES;
  return ["appointment", status, isShort ? "short" : "", is_saving ? "saving" : ""].filter(Boolean);
}

/** Return the span to draw: at least LEAST_MINUTES high, on each of the appointment's days. */
function getDrawnSpan(appointment: Appointment): [start: string, end: string] {
  const leastEnd = addMinutes(appointment.start, LEAST_MINUTES);
  // On the night the clocks are put back an appointment may seem to end before it begins.
  const end = appointment.end > leastEnd ? appointment.end : leastEnd;
  const midnight = `${addDays(appointment.start.slice(0, 10), 1)}T00:00:00`;
  if (end <= midnight) return [appointment.start, end];
  const latestStart = addMinutes(midnight, -LEAST_MINUTES);
  const start = appointment.start < latestStart ? appointment.start : latestStart;
  if (appointment.end <= midnight) return [start, midnight];
  const earliestEnd = addMinutes(midnight, LEAST_MINUTES);
  return [start, appointment.end > earliestEnd ? appointment.end : earliestEnd];
}

/** Return the minutes of a span, or of its shorter part where midnight divides it. */
function countShorterPart(start: string, end: string): number {
  const midnight = `${end.slice(0, 10)}T00:00:00`;
  if (start >= midnight || end === midnight) return countMinutes(start, end);
  return Math.min(countMinutes(start, midnight), countMinutes(midnight, end));
}

/** Return the appointment with the times it would get while its event is dragged. */
export function withPreviewTimes(appointment: Appointment, event: Calendar.Event): Appointment {
  if (event.display !== "preview") return appointment;
  const [drawnStart, drawnEnd] = getDrawnSpan(appointment);
  const start = addMinutes(appointment.start, countMinutes(drawnStart, toLocalTime(event.start)));
  const end = addMinutes(appointment.end, countMinutes(drawnEnd, toLocalTime(event.end)));
  return { ...appointment, start, end, texts: [] };
}

/** Return the salon's local time that the library gives as a date in the browser's time zone. */
export function toLocalTime(date: Date): string {
  const local = date.getTime() - date.getTimezoneOffset() * 60_000;
  return new Date(local).toISOString().slice(0, 19);
}
