// Show both versions of an appointment that another user has changed, so that neither is lost.
import { config, getStaffName } from "../kit/config";
import { getElement, makeElement } from "../kit/dom";
import { formatDay, formatSpan } from "../kit/local_time";
import { t } from "../kit/translate";
import type { Appointment } from "../kit/types";
import { putAppointment } from "./store";

type Line = [label: string, stored: string, wanted: string];
export type WantedValues = Partial<
  Pick<Appointment, "start" | "end" | "staff" | "services" | "note" | "status_label">
>;

/** Show the `stored` version beside the `wanted` changes of the `seen` one; `overwrite` saves the
 * latter. Return false, and show nothing, where both are the same. */
export function showConflict(
  seen: Appointment,
  wanted: WantedValues,
  stored: Appointment,
  overwrite: () => unknown,
): boolean {
  putAppointment(stored);
  const lines = listDifferences(stored, { ...seen, ...wanted });
  if (!lines.length) return false;
  const dialog = getElement<HTMLDialogElement>("stale");
  getElement("stale-who").textContent = stored.name;
  getElement("stale-lines").replaceChildren(...lines.map(makeRow));
  getElement<HTMLButtonElement>("stale-mine").onclick = () => {
    dialog.close();
    overwrite();
  };
  dialog.showModal();
  return true;
}

function listDifferences(stored: Appointment, wanted: Appointment): Line[] {
  const lines: Line[] = [
    [t("stale_time"), formatWhen(stored), formatWhen(wanted)],
    [t("stale_staff"), getStaffName(stored.staff), getStaffName(wanted.staff)],
    [t("stale_services"), listServices(stored), listServices(wanted)],
    [t("stale_note"), stored.note, wanted.note],
    [t("stale_status"), stored.status_label, wanted.status_label],
  ];
  return lines.filter(([, before, after]) => before !== after);
}

function makeRow([label, stored, wanted]: Line): HTMLElement {
  const head = makeElement("th", { scope: "row" }, label);
  const cells = [stored, wanted].map((value) => makeElement("td", {}, value || "–"));
  return makeElement("tr", {}, head, ...cells);
}

function formatWhen({ start, end }: Appointment): string {
  return `${formatDay(start)}, ${formatSpan(start, end)}`;
}

function listServices(appointment: Appointment): string {
  const services = config.services.filter((service) => appointment.services.includes(service.id));
  return services.map((service) => service.name).join(", ");
}
