// A visit as it stands in a column: name, time, services, how its texts have come.
import { icon, make } from "../../kit/dom";
import { staffName, t } from "../../kit/config";
import type { TextState, Visit } from "../../kit/types";
import { spanWords } from "../../kit/local_time";

export function entry(visit: Visit): Node[] {
  const top = make("p", { class: "e-top" }, make("span", { class: "e-name" }, visit.name), signs(visit));
  const when = make("p", { class: "e-time" }, spanWords(visit.start, visit.end));
  when.append(make("span", { class: "away" }, `, ${staffName(visit.staff)}. `));
  const services = make("p", { class: "e-services" }, visit.service_names || t("no_service"));
  const body = make("div", { class: "entry-body", "data-visit": String(visit.id) }, top, when, services);
  if (visit.note) body.append(make("p", { class: "e-note" }, visit.note));
  return [body];
}

/** A line of the list: there is room for words. */
export function line(visit: Visit): Node[] {
  const when = make("p", { class: "e-time" }, spanWords(visit.start, visit.end));
  const name = make("p", { class: "e-name" }, visit.name);
  const what = [visit.service_names || t("no_service"), staffName(visit.staff), visit.note];
  const about = make("p", { class: "e-services" }, what.filter(Boolean).join(" · "));
  const states = make("ul", { class: "e-states" }, state(visit.status, visit.status_label, visit.status));
  for (const text of visit.texts) states.append(state(text.shape, words(text), text.tone));
  const middle = make("div", {}, name, about);
  return [make("div", { class: "line-body", "data-visit": String(visit.id) }, when, middle, states)];
}

function state(shape: string, said: string, classes: string): HTMLElement {
  return make("li", { class: `text ${classes}` }, icon(shape), make("span", {}, said));
}

/** The status and one symbol for each text, with their words for readers of the screen. */
function signs(visit: Visit): HTMLElement {
  const row = make("span", { class: "e-signs" });
  row.append(sign(visit.status, visit.status_label, `status-sign ${visit.status}`));
  if (visit.overbooked) row.append(sign("alert", t("overbooked"), "doubt"));
  for (const text of visit.texts) row.append(sign(text.shape, words(text), `text-sign ${text.tone}`));
  return row;
}

function sign(shape: string, said: string, classes: string): HTMLElement {
  const box = make("span", { class: `sign ${classes}`, title: said }, icon(shape));
  box.append(make("span", { class: "away" }, `${said}. `));
  return box;
}

export function words(text: TextState): string {
  return `${capitalized(text.kind)} ${text.words}`;
}

export function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
