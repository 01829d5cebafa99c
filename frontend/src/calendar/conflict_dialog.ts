// Somebody changed the visit meanwhile: both versions side by side, and nothing overwritten unseen.
import { config, getStaffName } from "../kit/config";
import { t } from "../kit/translate";
import { makeElement, getElement } from "../kit/dom";
import { put } from "./store";
import type { Appointment } from "../kit/types";
import { formatDay, formatSpan } from "../kit/local_time";

type Line = [label: string, stored: string, typed: string];
export type Wanted = Partial<Pick<Appointment, "start" | "end" | "staff" | "services" | "note" | "status_label">>;

/** Shows what is stored `now` beside what was wanted of `visit` as it was seen; `mine` puts the
 * latter in its place. False, and nothing shown, where both are the same. */
export function showStale(visit: Appointment, wanted: Wanted, now: Appointment, mine: () => unknown): boolean {
  put(now);
  const rows = lines(now, { ...visit, ...wanted });
  if (!rows.length) return false;
  const dialog = getElement<HTMLDialogElement>("stale");
  getElement("stale-who").textContent = now.name;
  getElement("stale-lines").replaceChildren(...rows.map((line) => row(line)));
  getElement<HTMLButtonElement>("stale-mine").onclick = () => {
    dialog.close();
    mine();
  };
  dialog.showModal();
  return true;
}

function lines(stored: Appointment, typed: Appointment): Line[] {
  const pairs: Line[] = [
    [t("stale_time"), whenOf(stored), whenOf(typed)],
    [t("stale_staff"), getStaffName(stored.staff), getStaffName(typed.staff)],
    [t("stale_services"), servicesOf(stored), servicesOf(typed)],
    [t("stale_note"), stored.note, typed.note],
    [t("stale_status"), stored.status_label, typed.status_label],
  ];
  return pairs.filter(([, before, after]) => before !== after);
}

function row([label, stored, typed]: Line): HTMLElement {
  const head = makeElement("th", { scope: "row" }, label);
  return makeElement("tr", {}, head, makeElement("td", {}, stored || "–"), makeElement("td", {}, typed || "–"));
}

function whenOf(visit: Appointment): string {
  return `${formatDay(visit.start)}, ${formatSpan(visit.start, visit.end)}`;
}

function servicesOf(visit: Appointment): string {
  const names = config.services.filter((one) => visit.services.includes(one.id));
  return names.map((one) => one.name).join(", ");
}
