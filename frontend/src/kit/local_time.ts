// Arithmetic on wall-clock times without an offset (2026-05-04T09:00:00), and their words.
// They are handled as if they were UTC, so that the browser's own zone never takes part.

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const language = document.documentElement.lang || "en";

function words(options: Intl.DateTimeFormatOptions): (wall: string) => string {
  const format = new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" });
  return (wall) => format.format(asDate(wall)).replace(/\u202f/g, " ");
}

function asDate(wall: string): Date {
  return new Date(wall.length === 10 ? `${wall}T00:00:00Z` : `${wall.slice(0, 19)}Z`);
}

export const clock = words({ hour: "numeric", minute: "2-digit" });
export const dayWords = words({ weekday: "short", month: "short", day: "numeric" });
export const longDay = words({ weekday: "long", month: "long", day: "numeric" });

export function plusMinutes(wall: string, minutes: number): string {
  return new Date(asDate(wall).getTime() + minutes * MINUTE).toISOString().slice(0, 19);
}

export function plusDays(day: string, days: number): string {
  return plusMinutes(`${day}T00:00:00`, days * 1440).slice(0, 10);
}

export function minutesBetween(start: string, end: string): number {
  return Math.round((asDate(end).getTime() - asDate(start).getTime()) / MINUTE);
}

/** The first day of the week of `day`; `firstDay` is 0 for Sunday, 1 for Monday. */
export function weekStart(day: string, firstDay: number): string {
  return plusDays(day, -((asDate(day).getUTCDay() - firstDay + 7) % 7));
}

/** What the clock of `zone` shows at a moment. */
export function nowIn(zone: string, at = new Date()): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  }).format(at);
  return parts.replace(" ", "T");
}

/** `minutes` by the stopwatch after `wall` on the clock of `zone`, with an offset: right also on
 * the nights when the clocks change. Of a time that comes twice the first is meant. */
export function laterBy(wall: string, minutes: number, zone: string): string {
  const read = asDate(wall).getTime();
  const [first, second] = [read - DAY, read + DAY].map((near) => read - aheadBy(near, zone));
  const isFirst = first !== undefined && nowIn(zone, new Date(first)) === wall;
  const start = (isFirst ? first : second) ?? read;
  return after(new Date(start).toISOString(), minutes);
}

/** `minutes` after a moment with an offset. */
export function after(moment: string, minutes: number): string {
  return new Date(Date.parse(moment) + minutes * MINUTE).toISOString();
}

/** How far the clock of `zone` is ahead of UTC at a moment, in ms. */
function aheadBy(moment: number, zone: string): number {
  return asDate(nowIn(zone, new Date(moment))).getTime() - moment;
}

/** 9:00 – 9:45 AM; the half of the day once where both ends share it. */
export function spanWords(start: string, end: string): string {
  const [first, last] = [clock(start), clock(end)];
  const half = / [AP]M$/.exec(first)?.[0] ?? "none";
  return `${last.endsWith(half) ? first.slice(0, -half.length) : first} – ${last}`;
}

export function whenWords(start: string): string {
  return `${dayWords(start)}, ${clock(start)}`;
}
