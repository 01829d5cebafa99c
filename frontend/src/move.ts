// Moving and stretching: at once on screen, then in the book, or taken back with the reason.
import { read, reason, Refused, write } from "./api";
import { staffName, t } from "./config";
import { words } from "./entry";
import { without } from "./live";
import { showStale } from "./stale";
import { changed, put, visits } from "./store";
import { toast } from "./toast";
import type { Visit } from "./types";
import { minutesBetween, whenWords } from "./wall";

export interface Wanted {
  start: string;
  end: string;
  staff: number;
}

export async function move(visit: Visit, wanted: Wanted, allowOverlap = false): Promise<void> {
  put({ ...visit, ...wanted });
  try {
    const body = { ...bodyOf(visit, wanted), version: visit.version, allow_overlap: allowOverlap };
    const moved = await save(visit.id, body);
    toast(toldWords(moved), "good", { label: t("undo"), run: () => void undo(visit, moved) });
  } catch (error) {
    takeBack(visit, wanted, error);
  }
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

export function toldWords(visit: Visit): string[] {
  const values = { name: visit.name, when: whenWords(visit.start), staff: staffName(visit.staff) };
  const told = visit.texts.map((text) => `${words(text)}.`);
  return [t("moved", values), told.join(" ") || t("told_nothing")];
}

async function undo(before: Visit, after: Visit): Promise<void> {
  const body = {
    appointment_time: before.at,
    end_time: before.until,
    user: before.staff,
    version: after.version,
    allow_overlap: before.overbooked,
  };
  put({ ...after, start: before.start, end: before.end, staff: before.staff });
  try {
    const back = await save(before.id, body);
    toast([t("undone"), ...toldWords(back).slice(1)]);
  } catch (error) {
    takeBack(after, before, error);
  }
}

function takeBack(visit: Visit, wanted: Wanted, error: unknown): void {
  const refused = error instanceof Refused ? error : null;
  if (refused?.status === 404) {
    visits.delete(visit.id);
    changed();
    return toast([t("gone")], "bad");
  }
  put(visit);
  if (refused?.code === "stale") return void showStale(visit, wanted, (now) => move(now, wanted));
  const anyway = { label: t("book_anyway"), run: () => void move(visit, wanted, true) };
  const sentence = t("refused", { reason: reason(error) });
  toast([sentence], "bad", refused?.code === "overlap" ? anyway : undefined);
}
