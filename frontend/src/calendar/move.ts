// Moving and stretching: at once on screen, then in the book, or taken back with the reason.
import { readJson, describeError, ApiError, sendJson } from "../kit/api";
import { getStaffName } from "../kit/config";
import { t } from "../kit/translate";
import { words } from "./grid/event_content";
import { without } from "./refresh";
import { showStale } from "./conflict_dialog";
import { changed, put, visits } from "./store";
import { showToast, type Action } from "../kit/toast";
import type { Appointment } from "../kit/types";
import { countMinutes, formatSpan, formatDayAndTime } from "../kit/local_time";

export interface Wanted {
  start: string;
  end: string;
  staff: number;
}

export async function move(visit: Appointment, wanted: Wanted, allowOverlap = false): Promise<void> {
  put({ ...visit, ...wanted, is_saving: true });
  try {
    const body = { ...bodyOf(visit, wanted), version: visit.version, allow_overlap: allowOverlap };
    told(visit, await save(visit.id, body));
  } catch (error) {
    await takeBack(visit, wanted, error);
  }
}

/** What the customer is told of the move, and the way back. */
function told(before: Appointment, moved: Appointment): void {
  showToast(toldWords(moved, before), "good", { label: t("undo"), run: () => void undo(before, moved) });
}

/** The start alone keeps the length, also across the days when the clocks change. */
function bodyOf(visit: Appointment, wanted: Wanted): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const length = countMinutes(visit.start, visit.end);
  if (wanted.staff !== visit.staff) body.user = wanted.staff;
  if (wanted.start !== visit.start) body.appointment_time = wanted.start;
  if (countMinutes(wanted.start, wanted.end) !== length) body.end_time = wanted.end;
  return body;
}

/** PATCH the visit; answers it as the calendar shows it, with the texts as planned now. */
export function save(id: number, body: Record<string, unknown>): Promise<Appointment> {
  return without(async () => {
    await sendJson("PATCH", `/appointments/${id}/`, body);
    return again(id);
  });
}

export async function again(id: number): Promise<Appointment> {
  const visit = await readJson<Appointment>(`/calendar/events/${id}/`);
  if (!visit) throw new ApiError(404, "not_found", t("gone"));
  put(visit);
  return visit;
}

/** What was done and what the customer is told of it; only another start is texted. */
export function toldWords(visit: Appointment, before: Appointment | null): string[] {
  const values = { name: visit.name, when: formatDayAndTime(visit.start), staff: getStaffName(visit.staff) };
  const told = before?.at === visit.at ? [] : visit.texts.map((text) => `${words(text)}.`);
  return [t("moved", values), told.join(" ") || t("told_nothing")];
}

async function undo(before: Appointment, after: Appointment): Promise<void> {
  const body = {
    appointment_time: before.at,
    end_time: before.until,
    user: before.staff,
    version: after.version,
    allow_overlap: before.allow_overlap,
  };
  put({ ...after, start: before.start, end: before.end, staff: before.staff, is_saving: true });
  try {
    const back = await save(before.id, body);
    showToast([t("undone"), ...toldWords(back, after).slice(1)]);
  } catch (error) {
    await takeBack(after, before, error);
  }
}

async function takeBack(visit: Appointment, wanted: Wanted, error: unknown): Promise<void> {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 404) return gone(visit);
  put(visit);
  if (error.code === "stale") return stale(visit, wanted);
  const again = { label: t("try_again"), run: () => void move(visit, wanted) };
  if (error.isOutcomeUnknown) return showToast([t("not_sure_moved", { name: visit.name })], "bad", again);
  const anyway: Action = { label: t("book_anyway"), run: () => void move(visit, wanted, true) };
  const isClash = error.code === "overlap";
  const why = isClash ? await clashWords(error) : describeError(error);
  showToast([t("refused", { reason: why })], "bad", isClash ? anyway : undefined);
}

async function stale(visit: Appointment, { start, end, staff }: Wanted): Promise<void> {
  const now = await readJson<Appointment>(`/calendar/events/${visit.id}/`).catch(() => null);
  if (!now) return gone(visit);
  const mine = () => move(now, { start, end, staff });
  // Without a difference it was our own change, whose answer was lost.
  if (!showStale(visit, { start, end, staff }, now, mine)) told(visit, now);
}

export function gone(visit: Appointment): void {
  visits.delete(visit.id);
  changed();
  showToast([t("gone")], "bad");
}

/** Who is in the way, and when; the server's own sentence where that can't be read. */
export async function clashWords(error: ApiError): Promise<string> {
  const [named] = error.errors.overlaps ?? [];
  const other = named && (await readJson<Appointment>(`/calendar/events/${named}/`).catch(() => null));
  if (!other) return error.message;
  const span = formatSpan(other.start, other.end);
  return t("clash", { staff: getStaffName(other.staff), name: other.name, span });
}
