// Somebody changed the visit meanwhile: both versions side by side, and nothing overwritten unseen.
import { read } from "./api";
import { config, staffName, t } from "./config";
import { make, part } from "./dom";
import { put } from "./store";
import type { Visit } from "./types";
import { dayWords, spanWords } from "./wall";

type Line = [label: string, stored: string, typed: string];
export type Typed = Partial<Pick<Visit, "start" | "end" | "staff" | "services" | "note">>;

/** Shows what is stored beside what was wanted of `visit`; `mine` puts the latter in its place. */
export async function showStale(
  visit: Visit,
  wanted: Typed,
  mine: (now: Visit) => unknown,
): Promise<void> {
  const now = await read<Visit>(`/calendar/events/${visit.id}/`);
  if (!now) return;
  put(now);
  const dialog = part<HTMLDialogElement>("stale");
  const rows = lines(now, { ...visit, ...wanted }).map((line) => row(line));
  part("stale-lines").replaceChildren(...rows);
  part<HTMLButtonElement>("stale-mine").onclick = () => {
    dialog.close();
    mine(now);
  };
  dialog.showModal();
}

function lines(stored: Visit, typed: Visit): Line[] {
  const pairs: Line[] = [
    [t("stale_time"), whenOf(stored), whenOf(typed)],
    [t("stale_staff"), staffName(stored.staff), staffName(typed.staff)],
    [t("stale_services"), servicesOf(stored), servicesOf(typed)],
    [t("stale_note"), stored.note, typed.note],
    [t("stale_status"), stored.status_label, typed.status_label],
  ];
  return pairs.filter(([, before, after]) => before !== after);
}

function row([label, stored, typed]: Line): HTMLElement {
  const head = make("th", { scope: "row" }, label);
  return make("tr", {}, head, make("td", {}, stored || "–"), make("td", {}, typed || "–"));
}

function whenOf(visit: Visit): string {
  return `${dayWords(visit.start)}, ${spanWords(visit.start, visit.end)}`;
}

function servicesOf(visit: Visit): string {
  const names = config.services.filter((one) => visit.services.includes(one.id));
  return names.map((one) => one.name).join(", ");
}
