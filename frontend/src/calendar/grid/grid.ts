// Create the calendar's grid with @event-calendar/core, and handle its clicks, drags and resizes.
import {
  createCalendar,
  Interaction,
  List,
  ResourceTimeGrid,
  TimeGrid,
  type Calendar,
} from "@event-calendar/core";
import { getElement } from "../../kit/dom";
import { addMinutes, countMinutes } from "../../kit/local_time";
import type { Appointment } from "../../kit/types";
import { findAppointment, shown } from "../store";
import { getGridView, makeOptions } from "./options";
import { startDrawing } from "./redraw";

export interface GridActions {
  book: (start: string, minutes: number | null, staff: number) => void;
  open: (appointment: Appointment) => void;
  move: (appointment: Appointment, start: string, end: string, staff: number) => void;
}

const PLUGINS = [ResourceTimeGrid, TimeGrid, List, Interaction];
const TABLE_ROLES = ["table", "rowgroup", "row", "cell", "columnheader", "list", "listitem"];

export function startGrid(actions: GridActions): void {
  const calendar = createCalendar(getElement("calendar"), PLUGINS, {
    ...makeOptions(),
    ...makeHandlers(actions),
    view: getGridView(),
    date: shown.day,
    eventAllUpdated: removeTableRoles,
    viewDidMount: removeTableRoles,
    select: (info) => {
      const [start, end] = [info.startStr.slice(0, 19), info.endStr.slice(0, 19)];
      actions.book(start, countMinutes(start, end), getStaffOf(info.resource));
      calendar.unselect();
    },
  });
  getElement("calendar").addEventListener("touchend", preventClickBehindDialog);
  startDrawing(calendar);
}

function makeHandlers(actions: GridActions): Calendar.Options {
  return {
    dateClick: (info) => actions.book(info.dateStr.slice(0, 19), null, getStaffOf(info.resource)),
    eventClick: (info) => {
      info.jsEvent.preventDefault(); // or Enter would press the panel's first button as well
      const appointment = findAppointmentOf(info.event);
      if (appointment) actions.open(appointment);
    },
    eventDrop: (info) => handleDrop(info, actions),
    eventResize: (info) => handleResize(info, actions),
  };
}

function handleDrop({ event, delta, newResource }: Calendar.EventDropInfo, { move }: GridActions): void {
  const appointment = findAppointmentOf(event);
  if (!appointment) return;
  const minutes = toMinutes(delta);
  const staff = newResource ? Number(newResource.id) : appointment.staff;
  move(appointment, addMinutes(appointment.start, minutes), addMinutes(appointment.end, minutes), staff);
}

function handleResize({ event, endDelta }: Calendar.EventResizeInfo, { move }: GridActions): void {
  const appointment = findAppointmentOf(event);
  if (!appointment) return;
  const end = addMinutes(appointment.end, toMinutes(endDelta));
  move(appointment, appointment.start, end, appointment.staff);
}

function toMinutes({ days, seconds }: Calendar.Duration): number {
  return days * 1440 + seconds / 60;
}

function findAppointmentOf(event: Calendar.Event): Appointment | undefined {
  return findAppointment(Number(event.id));
}

function getStaffOf(resource: Calendar.Resource | undefined): number {
  return resource ? Number(resource.id) : shown.staff;
}

/** Stop the click that the browser makes of a touch: it would press a button of the open dialog. */
function preventClickBehindDialog(event: Event): void {
  if (document.querySelector("dialog:modal")) event.preventDefault();
}

/** Remove the roles of a table, in which the appointments, being buttons, would not be allowed. */
function removeTableRoles(): void {
  const calendar = getElement("calendar");
  calendar.querySelector(".ec-main")?.setAttribute("tabindex", "0"); // lets the keyboard scroll it
  for (const cell of calendar.querySelectorAll(TABLE_ROLES.map((role) => `[role=${role}]`).join())) {
    cell.setAttribute("role", "none");
    cell.removeAttribute("aria-colindex");
    cell.removeAttribute("aria-colspan");
  }
}
