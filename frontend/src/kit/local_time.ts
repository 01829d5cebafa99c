// Compute with local times of the salon, without an offset (2026-05-04T09:00:00), and format them.
// They are handled as if they were UTC, so that the browser's time zone never takes part.

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const DAY_MS = DAY_MINUTES * MINUTE_MS;
const language = document.documentElement.lang || "en";

function makeFormatter(options: Intl.DateTimeFormatOptions): (localTime: string) => string {
  const format = new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" });
  return (localTime) => format.format(toDate(localTime)).replace(/\u202f/g, " ");
}

function toDate(localTime: string): Date {
  return new Date(localTime.length === 10 ? `${localTime}T00:00:00Z` : `${localTime.slice(0, 19)}Z`);
}

export const formatTime = makeFormatter({ hour: "numeric", minute: "2-digit" });
export const formatDay = makeFormatter({ weekday: "short", month: "short", day: "numeric" });
export const formatLongDay = makeFormatter({ weekday: "long", month: "long", day: "numeric" });

export function addMinutes(localTime: string, minutes: number): string {
  return new Date(toDate(localTime).getTime() + minutes * MINUTE_MS).toISOString().slice(0, 19);
}

export function addDays(day: string, days: number): string {
  return addMinutes(`${day}T00:00:00`, days * DAY_MINUTES).slice(0, 10);
}

export function countMinutes(start: string, end: string): number {
  return Math.round((toDate(end).getTime() - toDate(start).getTime()) / MINUTE_MS);
}

/** Return the first day of the week of `day`; `firstDay` is 0 for Sunday, 1 for Monday. */
export function findWeekStart(day: string, firstDay: number): string {
  return addDays(day, -((toDate(day).getUTCDay() - firstDay + 7) % 7));
}

/** Return the local time in `zone` at an instant. */
export function getLocalTime(zone: string, instant = new Date()): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  }).format(instant);
  return parts.replace(" ", "T");
}

/** Return the instant `minutes` of elapsed time after a local time in `zone`. It is right on the
 * nights when the clocks change; a local time that occurs twice means the first occurrence. */
export function addElapsedMinutes(localTime: string, minutes: number, zone: string): string {
  const asUtc = toDate(localTime).getTime();
  const [first, second] = [asUtc - DAY_MS, asUtc + DAY_MS].map((near) => asUtc - getOffsetMs(near, zone));
  const isFirst = first !== undefined && getLocalTime(zone, new Date(first)) === localTime;
  const start = (isFirst ? first : second) ?? asUtc;
  return addMinutesToInstant(new Date(start).toISOString(), minutes);
}

/** Return the instant `minutes` after one with an offset. */
export function addMinutesToInstant(instant: string, minutes: number): string {
  return new Date(Date.parse(instant) + minutes * MINUTE_MS).toISOString();
}

/** Return the offset of `zone` from UTC at an instant, in ms. */
function getOffsetMs(instant: number, zone: string): number {
  return toDate(getLocalTime(zone, new Date(instant))).getTime() - instant;
}

/** Format a span: 9:00 – 9:45 AM, with AM or PM once where both ends share it. */
export function formatSpan(start: string, end: string): string {
  const [first, last] = [formatTime(start), formatTime(end)];
  const half = / [AP]M$/.exec(first)?.[0] ?? "none";
  return `${last.endsWith(half) ? first.slice(0, -half.length) : first} – ${last}`;
}

export function formatDayAndTime(start: string): string {
  return `${formatDay(start)}, ${formatTime(start)}`;
}
