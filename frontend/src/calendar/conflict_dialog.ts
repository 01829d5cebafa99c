// Somebody changed the visit meanwhile: both versions side by side, and nothing overwritten unseen.
import { config, staffName, t } from "../kit/config";
import { make, part } from "../kit/dom";
import { put } from "./store";
import type { Visit } from "../kit/types";
import { dayWords, spanWords } from "../kit/local_time";

type Line = [label: string, stored: string, typed: string];
export type Wanted = Partial<Pick<Visit, "start" | "end" | "staff" | "services" | "note" | "status_label">>;

/** Shows what is stored `now` beside what was wanted of `visit` as it was seen; `mine` puts the
 * latter in its place. False, and nothing shown, where both are the same. */
export function showStale(visit: Visit, wanted: Wanted, now: Visit, mine: () => unknown): boolean {
  put(now);
  const rows = lines(now, { ...visit, ...wanted });
  if (!rows.length) return false;
  const dialog = part<HTMLDialogElement>("stale");
  part("stale-who").textContent = now.name;
  part("stale-lines").replaceChildren(...rows.map((line) => row(line)));
  part<HTMLButtonElement>("stale-mine").onclick = () => {
    dialog.close();
    mine();
  };
  dialog.showModal();
  return true;
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
