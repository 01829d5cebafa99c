// Make the content of an event: name, time, services and the status of its messages.
import { getStaffName } from "../../kit/config";
import { makeElement, makeIcon } from "../../kit/dom";
import { formatSpan } from "../../kit/local_time";
import { t } from "../../kit/translate";
import type { Appointment } from "../../kit/types";
import { describeMessage } from "../message_status";

/** Make the content of an event in a column. */
export function makeEventContent(appointment: Appointment): Node[] {
  const { id, name, staff, note } = appointment;
  const title = makeElement("span", { class: "e-name" }, name);
  const top = makeElement("p", { class: "e-top" }, title, makeSigns(appointment));
  const time = makeTime(appointment);
  time.append(makeElement("span", { class: "away" }, `, ${getStaffName(staff)}. `));
  const services = makeElement("p", { class: "e-services" }, getServiceNames(appointment));
  const body = makeElement("div", { class: "entry-body", "data-appointment": String(id) }, top, time, services);
  if (note) body.append(makeElement("p", { class: "e-note" }, note));
  return [body];
}

/** Make a line of the list, which has room for the statuses in words. */
export function makeListContent(appointment: Appointment): Node[] {
  const { id, name, staff, note } = appointment;
  const details = [getServiceNames(appointment), getStaffName(staff), note].filter(Boolean).join(" · ");
  const middle = makeElement("div", {}, makeElement("p", { class: "e-name" }, name));
  middle.append(makeElement("p", { class: "e-services" }, details));
  const attributes = { class: "line-body", "data-appointment": String(id) };
  return [makeElement("div", attributes, makeTime(appointment), middle, makeStatusList(appointment))];
}

function makeTime({ start, end }: Appointment): HTMLElement {
  return makeElement("p", { class: "e-time" }, formatSpan(start, end));
}

function getServiceNames(appointment: Appointment): string {
  return appointment.service_names || t("no_service");
}

function makeStatusList({ status, status_label, texts }: Appointment): HTMLElement {
  const list = makeElement("ul", { class: "e-states" }, makeStatus(status, status_label, status));
  for (const message of texts) list.append(makeStatus(message.shape, describeMessage(message), message.tone));
  return list;
}

function makeStatus(shape: string, label: string, classes: string): HTMLElement {
  return makeElement("li", { class: `text ${classes}` }, makeIcon(shape), makeElement("span", {}, label));
}

/** Make a symbol for the status and one for each message, with labels for screen readers. */
function makeSigns({ status, status_label, overbooked, texts }: Appointment): HTMLElement {
  const signs = makeElement("span", { class: "e-signs" });
  signs.append(makeSign(status, status_label, `status-sign ${status}`));
  if (overbooked) signs.append(makeSign("alert", t("overbooked"), "doubt"));
  for (const message of texts) {
    signs.append(makeSign(message.shape, describeMessage(message), `text-sign ${message.tone}`));
  }
  return signs;
}

function makeSign(shape: string, label: string, classes: string): HTMLElement {
  const sign = makeElement("span", { class: `sign ${classes}`, title: label }, makeIcon(shape));
  sign.append(makeElement("span", { class: "away" }, `${label}. `));
  return sign;
}
