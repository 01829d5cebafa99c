// A visit as it stands in a column: name, time, services, how its texts have come.
import { makeIcon, makeElement } from "../../kit/dom";
import { getStaffName } from "../../kit/config";
import { t } from "../../kit/translate";
import type { MessageStatus, Appointment } from "../../kit/types";
import { formatSpan } from "../../kit/local_time";

export function entry(visit: Appointment): Node[] {
  const top = makeElement("p", { class: "e-top" }, makeElement("span", { class: "e-name" }, visit.name), signs(visit));
  const when = makeElement("p", { class: "e-time" }, formatSpan(visit.start, visit.end));
  when.append(makeElement("span", { class: "away" }, `, ${getStaffName(visit.staff)}. `));
  const services = makeElement("p", { class: "e-services" }, visit.service_names || t("no_service"));
  const body = makeElement("div", { class: "entry-body", "data-visit": String(visit.id) }, top, when, services);
  if (visit.note) body.append(makeElement("p", { class: "e-note" }, visit.note));
  return [body];
}

/** A line of the list: there is room for words. */
export function line(visit: Appointment): Node[] {
  const when = makeElement("p", { class: "e-time" }, formatSpan(visit.start, visit.end));
  const name = makeElement("p", { class: "e-name" }, visit.name);
  const what = [visit.service_names || t("no_service"), getStaffName(visit.staff), visit.note];
  const about = makeElement("p", { class: "e-services" }, what.filter(Boolean).join(" · "));
  const states = makeElement("ul", { class: "e-states" }, state(visit.status, visit.status_label, visit.status));
  for (const text of visit.texts) states.append(state(text.shape, words(text), text.tone));
  const middle = makeElement("div", {}, name, about);
  return [makeElement("div", { class: "line-body", "data-visit": String(visit.id) }, when, middle, states)];
}

function state(shape: string, said: string, classes: string): HTMLElement {
  return makeElement("li", { class: `text ${classes}` }, makeIcon(shape), makeElement("span", {}, said));
}

/** The status and one symbol for each text, with their words for readers of the screen. */
function signs(visit: Appointment): HTMLElement {
  const row = makeElement("span", { class: "e-signs" });
  row.append(sign(visit.status, visit.status_label, `status-sign ${visit.status}`));
  if (visit.overbooked) row.append(sign("alert", t("overbooked"), "doubt"));
  for (const text of visit.texts) row.append(sign(text.shape, words(text), `text-sign ${text.tone}`));
  return row;
}

function sign(shape: string, said: string, classes: string): HTMLElement {
  const box = makeElement("span", { class: `sign ${classes}`, title: said }, makeIcon(shape));
  box.append(makeElement("span", { class: "away" }, `${said}. `));
  return box;
}

export function words(text: MessageStatus): string {
  return `${capitalize(text.kind)} ${text.words}`;
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
