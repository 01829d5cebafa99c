// Moving and stretching: at once on screen, then in the book, or taken back with the reason.
import { read, reason, Refused, write } from "../kit/api";
import { staffName, t } from "../kit/config";
import { words } from "./grid/event_content";
import { without } from "./refresh";
import { showStale } from "./conflict_dialog";
import { changed, put, visits } from "./store";
import { toast, type Action } from "../kit/toast";
import type { Visit } from "../kit/types";
import { minutesBetween, spanWords, whenWords } from "../kit/local_time";

export interface Wanted {
  start: string;
  end: string;
  staff: number;
}

export async function move(visit: Visit, wanted: Wanted, allowOverlap = false): Promise<void> {
  put({ ...visit, ...wanted, is_saving: true });
  try {
    const body = { ...bodyOf(visit, wanted), version: visit.version, allow_overlap: allowOverlap };
    told(visit, await save(visit.id, body));
  } catch (error) {
    await takeBack(visit, wanted, error);
  }
}

/** What the customer is told of the move, and the way back. */
function told(before: Visit, moved: Visit): void {
  toast(toldWords(moved, before), "good", { label: t("undo"), run: () => void undo(before, moved) });
}

/** The start alone keeps the length, also across the days when the clocks change. */
function bodyOf(visit: Visit, wanted: Wanted): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const length = minutesBetween(visit.start, visit.end);
  if (wanted.staff !== visit.staff) body.user = wanted.staff;
  if (wanted.start !== visit.start) body.appointment_time = wanted.start;
  if (minutesBetween(wanted.start, wanted.end) !== length) body.end_time = wanted.end;
  return body;
}

/** PATCH the visit; answers it as the calendar shows it, with the texts as planned now. */
export function save(id: number, body: Record<string, unknown>): Promise<Visit> {
  return without(async () => {
    await write("PATCH", `/appointments/${id}/`, body);
    return again(id);
  });
}

export async function again(id: number): Promise<Visit> {
  const visit = await read<Visit>(`/calendar/events/${id}/`);
  if (!visit) throw new Refused(404, "not_found", t("gone"));
  put(visit);
  return visit;
}

/** What was done and what the customer is told of it; only another start is texted. */
export function toldWords(visit: Visit, before: Visit | null): string[] {
  const values = { name: visit.name, when: whenWords(visit.start), staff: staffName(visit.staff) };
  const told = before?.at === visit.at ? [] : visit.texts.map((text) => `${words(text)}.`);
  return [t("moved", values), told.join(" ") || t("told_nothing")];
}

async function undo(before: Visit, after: Visit): Promise<void> {
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
    toast([t("undone"), ...toldWords(back, after).slice(1)]);
  } catch (error) {
    await takeBack(after, before, error);
  }
}

async function takeBack(visit: Visit, wanted: Wanted, error: unknown): Promise<void> {
  if (!(error instanceof Refused)) throw error;
  if (error.status === 404) return gone(visit);
  put(visit);
  if (error.code === "stale") return stale(visit, wanted);
  const again = { label: t("try_again"), run: () => void move(visit, wanted) };
  if (error.isUnsure) return toast([t("not_sure_moved", { name: visit.name })], "bad", again);
  const anyway: Action = { label: t("book_anyway"), run: () => void move(visit, wanted, true) };
  const isClash = error.code === "overlap";
  const why = isClash ? await clashWords(error) : reason(error);
  toast([t("refused", { reason: why })], "bad", isClash ? anyway : undefined);
}

async function stale(visit: Visit, { start, end, staff }: Wanted): Promise<void> {
  const now = await read<Visit>(`/calendar/events/${visit.id}/`).catch(() => null);
  if (!now) return gone(visit);
  const mine = () => move(now, { start, end, staff });
  // Without a difference it was our own change, whose answer was lost.
  if (!showStale(visit, { start, end, staff }, now, mine)) told(visit, now);
}

export function gone(visit: Visit): void {
  visits.delete(visit.id);
  changed();
  toast([t("gone")], "bad");
}

/** Who is in the way, and when; the server's own sentence where that can't be read. */
export async function clashWords(error: Refused): Promise<string> {
  const [named] = error.errors.overlaps ?? [];
  const other = named && (await read<Visit>(`/calendar/events/${named}/`).catch(() => null));
  if (!other) return error.message;
  const span = spanWords(other.start, other.end);
  return t("clash", { staff: staffName(other.staff), name: other.name, span });
}
