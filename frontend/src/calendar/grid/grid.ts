// The calendar itself: @event-calendar/core, told what to show and asked what was done with it.
import {
  createCalendar,
  Interaction,
  List,
  ResourceTimeGrid,
  TimeGrid,
  type Calendar,
} from "@event-calendar/core";
import { config } from "../../kit/config";
import { t } from "../../kit/translate";
import { getElement } from "../../kit/dom";
import { entry, line } from "./event_content";
import { isAlone, isNarrow, loaded, onChange, shown, span, visits } from "../store";
import type { StaffMember, Appointment } from "../../kit/types";
import { formatTime, formatDay, countMinutes, getLocalTime, addDays, addMinutes } from "../../kit/local_time";

const LONG_PRESS_MS = 350;
const SNAP_MINUTES = 15;
const SLOT_PX = 18;
const BEFORE_NOW_MINUTES = 75; // of today that stay in view above the line of now
const EARLIEST = "05:00"; // what begins before is of the night
const LEAST_DRAWN = 15; // minutes: less could be neither read nor hit

export interface Done {
  book: (start: string, minutes: number | null, staff: number) => void;
  open: (visit: Appointment) => void;
  move: (visit: Appointment, start: string, end: string, staff: number) => void;
}

let calendar: Calendar;

export function draw(done: Done): void {
  calendar = createCalendar(getElement("calendar"), [ResourceTimeGrid, TimeGrid, List, Interaction], {
    ...look(),
    view: viewType(),
    date: shown.day,
    eventAllUpdated: plainRoles,
    viewDidMount: plainRoles,
    dateClick: (info) => done.book(info.dateStr.slice(0, 19), null, resource(info.resource)),
    select: (info) => {
      const [start, end] = [info.startStr.slice(0, 19), info.endStr.slice(0, 19)];
      done.book(start, countMinutes(start, end), resource(info.resource));
      calendar.unselect();
    },
    eventClick: (info) => {
      info.jsEvent.preventDefault(); // or Enter would press the panel's first button as well
      withVisit(info.event, done.open);
    },
    eventDrop: (info) =>
      withVisit(info.event, (visit) => {
        const by = info.delta.days * 1440 + info.delta.seconds / 60;
        const staff = info.newResource ? Number(info.newResource.id) : visit.staff;
        done.move(visit, addMinutes(visit.start, by), addMinutes(visit.end, by), staff);
      }),
    eventResize: (info) =>
      withVisit(info.event, (visit) => {
        const by = info.endDelta.days * 1440 + info.endDelta.seconds / 60;
        done.move(visit, visit.start, addMinutes(visit.end, by), visit.staff);
      }),
  });
  getElement("calendar").addEventListener("touchend", endTouch);
  onChange(refresh);
  isNarrow.addEventListener("change", refresh);
  refresh();
}

/** The browser makes a click of a touch: it must not press what the dialog now shows at that place. */
function endTouch(event: Event): void {
  if (document.querySelector("dialog:modal")) event.preventDefault();
}

/** The visits are buttons beside a table's cells, which no table may hold: so it is no table. */
function plainRoles(): void {
  getElement("calendar").querySelector(".ec-main")?.setAttribute("tabindex", "0"); // the keys scroll it
  const tabular = ["table", "rowgroup", "row", "cell", "columnheader", "list", "listitem"].map((role) => `[role=${role}]`);
  getElement("calendar")
    .querySelectorAll(tabular.join())
    .forEach((one) => {
      one.setAttribute("role", "none");
      one.removeAttribute("aria-colindex");
      one.removeAttribute("aria-colspan");
    });
}

function look(): Calendar.Options {
  return {
    timeZone: config.offset,
    locale: document.documentElement.lang || "en",
    firstDay: config.first_day,
    headerToolbar: { start: "", center: "", end: "" },
    height: "100%",
    allDaySlot: false,
    nowIndicator: true,
    flexibleSlotTimeLimits: true,
    slotMinTime: "08:00",
    slotMaxTime: "20:00",
    slotDuration: { minutes: SNAP_MINUTES },
    snapDuration: { minutes: SNAP_MINUTES },
    slotLabelInterval: "01:00",
    slotHeight: SLOT_PX,
    scrollTime: scrollTime(),
    slotEventOverlap: false,
    pointer: true,
    selectable: true,
    editable: true,
    longPressDelay: LONG_PRESS_MS,
    noEventsContent: t("nothing_booked"),
    dayHeaderFormat: (day: Date) => formatDay(floating(day)),
    eventTimeFormat: () => "",
    eventContent: (info) => ({ domNodes: content(info.event) }),
  };
}

/** Today opens a little before now, other days with the morning or the first visit of it. */
function scrollTime(): string {
  const now = getLocalTime(config.zone);
  if (shown.day !== now.slice(0, 10)) {
    const early = [...visits.values()].map((visit) => visit.start.slice(11, 16)).filter((at) => at > EARLIEST);
    return ["08:00", ...early].sort()[0] ?? "08:00";
  }
  const earlier = addMinutes(now, -BEFORE_NOW_MINUTES);
  return earlier.slice(0, 10) === shown.day ? earlier.slice(11, 16) : "00:00";
}

function content(event: Calendar.Event): Node[] {
  const visit = visits.get(Number(event.id));
  if (!visit || event.display === "pointer") return [];
  return viewType() === "listWeek" ? line(visit) : entry(at(visit, event));
}

/** While it is dragged a visit shows the time it would get. */
function at(visit: Appointment, event: Calendar.Event): Appointment {
  if (event.display !== "preview") return visit;
  const [first, last] = drawnSpan(visit);
  const later = countMinutes(first, floating(event.start));
  const longer = countMinutes(last, floating(event.end)) - later;
  const [start, end] = [addMinutes(visit.start, later), addMinutes(visit.end, later + longer)];
  return { ...visit, start, end, texts: [] };
}

/** What the calendar hands over as a local date, read as the wall-clock time it stands for. */
function floating(date: Date): string {
  const local = date.getTime() - date.getTimezoneOffset() * 60_000;
  return new Date(local).toISOString().slice(0, 19);
}

function resource(one: Calendar.Resource | undefined): number {
  return one ? Number(one.id) : shown.staff;
}

function withVisit(event: Calendar.Event, run: (visit: Appointment) => void): void {
  const visit = visits.get(Number(event.id));
  if (visit) run(visit);
}

function viewType(): string {
  if (shown.view === "list") return "listWeek";
  if (shown.view === "week") return isNarrow.matches ? "listWeek" : "timeGridWeek";
  return "resourceTimeGridDay";
}

/** Everybody who takes bookings or has a visit on screen. */
export function columns(): StaffMember[] {
  const busy = new Set([...visits.values()].map((visit) => visit.staff));
  const all = config.staff.filter((one) => one.bookable || busy.has(one.id));
  return isAlone() && shown.staff ? all.filter((one) => one.id === shown.staff) : all;
}

let drawn = ""; // which days in which view
let scrolled = ""; // the place that was scrolled to, once its visits were there
let waiting = 0; // the timer of a drawing that comes at once
let sought: number | null = null; // the visit to bring into view once its day is drawn

/** Draws what is shown now. The line of now is taken off first: it reads what the rest removes. */
export function refresh(): void {
  const { first } = span();
  const wanted = `${viewType()} ${first}`;
  const isElsewhere = drawn !== wanted;
  drawn = wanted;
  if (isElsewhere) {
    set("nowIndicator", false);
    window.clearTimeout(waiting);
    waiting = window.setTimeout(drawAll);
  } else if (!waiting) drawAll();
}

/** Whether the line of now is on screen. */
function hasNow(): boolean {
  const { first, days } = span();
  const today = getLocalTime(config.zone).slice(0, 10);
  return first <= today && today < addDays(first, days);
}

function drawAll(): void {
  waiting = 0;
  const focused = focusedId();
  const people = columns();
  set("resources", people.map((one) => ({ id: one.id, title: one.name })));
  set("view", viewType());
  set("date", span().first);
  drawVisits();
  set("nowIndicator", hasNow());
  if (loaded === span().first) scroll();
  const found = loaded === span().first ? sought : null;
  if (found) sought = null;
  const next = found ?? focused;
  if (next) requestAnimationFrame(() => (found ? show(next) : focus(next)));
}

const options = new Map<string, string>(); // as the calendar was told them last

/** An option that stays as it is isn't told: the calendar would draw everything anew. */
function set<K extends "resources" | "view" | "date" | "nowIndicator">(name: K, value: Calendar.Options[K]): void {
  const told = JSON.stringify(value);
  if (options.get(name) === told) return;
  options.set(name, told);
  calendar.setOption(name, value);
}

let told = new Map<number, string>(); // the visits as the calendar was told them last
let toldIn = ""; // which view

/** Only what changed is drawn anew: a full day takes too long for a visit that was dropped. */
function drawVisits(): void {
  const drawnNow = [...visits.values()].filter(isDrawn);
  const now = new Map(drawnNow.map((visit) => [visit.id, JSON.stringify(visit)]));
  const isSame = toldIn === viewType() && now.size === told.size && drawnNow.every(({ id }) => told.has(id));
  if (isSame) {
    for (const visit of drawnNow) {
      if (now.get(visit.id) !== told.get(visit.id)) calendar.updateEvent(asEvent(visit));
    }
  } else calendar.setOption("events", drawnNow.map(asEvent));
  [told, toldIn] = [now, viewType()];
}

/** Once per place: who has scrolled stays there. */
function scroll(): void {
  const isList = viewType() === "listWeek";
  const place = isList ? [drawn, shown.view, shown.day, shown.staff].join() : drawn;
  if (scrolled === place) return;
  scrolled = place;
  if (isList) requestAnimationFrame(scrollList);
  else calendar.setOption("scrollTime", scrollTime()); // early visits have made the grid begin earlier
}

/** A week's list opens at the day that is shown, or the next one with a visit. */
function scrollList(): void {
  const days = [...getElement("calendar").querySelectorAll<HTMLElement>(".ec-day")];
  const at = days.find((one) => (one.querySelector("time")?.dateTime ?? "") >= shown.day) ?? days.at(-1);
  at?.scrollIntoView({ block: "start" });
}

/** With the next drawing of its day the visit comes into view, and the keyboard to it. */
export function reveal(id: number): void {
  sought = id;
}

function show(id: number): void {
  boxOf(id)?.scrollIntoView({ block: "nearest" });
  if (!document.querySelector("dialog[open]")) focus(id); // a dialog keeps the keyboard
}

/** The visit the keyboard is at; null: it is elsewhere, be it at all that holds the visits. */
export function focusedId(): number | null {
  const event = document.activeElement?.closest(".ec-event");
  const id = event?.querySelector<HTMLElement>("[data-visit]")?.dataset.visit;
  return id === undefined ? null : Number(id);
}

export function focus(id: number): void {
  boxOf(id)?.focus({ preventScroll: true });
}

function boxOf(id: number): HTMLElement | null {
  const body = document.querySelector(`#calendar [data-visit="${id}"]`);
  return body?.closest<HTMLElement>(".ec-event") ?? null;
}

/** How many visits that are off the columns would show. */
export function countHidden(): number {
  return [...visits.values()].filter((visit) => isOff(visit) && isTheirs(visit)).length;
}

function isOff(visit: Appointment): boolean {
  return visit.status === "cancelled";
}

function isTheirs(visit: Appointment): boolean {
  return shown.staff === 0 || !(isAlone() || shown.view === "list") || visit.staff === shown.staff;
}

function isDrawn(visit: Appointment): boolean {
  return isTheirs(visit) && (shown.view === "list" || shown.cancelled || !isOff(visit));
}

/** Where a visit stands: at least as high as a line of text, on each of its days. */
function drawnSpan(visit: Appointment): [start: string, end: string] {
  const least = addMinutes(visit.start, LEAST_DRAWN);
  // On the night the clocks are put back a visit may seem to end before it begins.
  const end = visit.end > least ? visit.end : least;
  const midnight = `${addDays(visit.start.slice(0, 10), 1)}T00:00:00`;
  if (end <= midnight) return [visit.start, end];
  const latest = addMinutes(midnight, -LEAST_DRAWN);
  const start = visit.start < latest ? visit.start : latest;
  if (visit.end <= midnight) return [start, midnight];
  const earliest = addMinutes(midnight, LEAST_DRAWN);
  return [start, visit.end > earliest ? visit.end : earliest];
}

/** Minutes of the shorter part, where midnight parts a visit. */
function shortest(start: string, end: string): number {
  const midnight = `${end.slice(0, 10)}T00:00:00`;
  if (start >= midnight || end === midnight) return countMinutes(start, end);
  return Math.min(countMinutes(start, midnight), countMinutes(midnight, end));
}

function asEvent(visit: Appointment): Calendar.EventInput {
  const [start, end] = drawnSpan(visit);
  const canMove = visit.can_move && !visit.is_saving;
  const isShort = shown.view !== "list" && shortest(start, end) < 2 * LEAST_DRAWN;
  return {
    id: visit.id,
    resourceIds: [visit.staff],
    start,
    end,
    title: `${visit.name}, ${formatTime(visit.start)}`,
    startEditable: canMove,
    durationEditable: canMove,
    classNames: ["visit", visit.status, isShort ? "short" : "", visit.is_saving ? "saving" : ""].filter(Boolean),
    styles: [`--service:${visit.color}`],
  };
}
