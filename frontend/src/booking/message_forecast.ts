// While one fills in the dialog: which texts will go out, when, and whether the number is one.
import { readJson } from "../kit/api";
import { t } from "../kit/translate";
import { who } from "./customer_field";
import { makeElement, getElement } from "../kit/dom";
import { capitalize } from "../kit/translate";
import { notify, showError, values } from "./fields";
import type { MessageForecast, Appointment } from "../kit/types";

let turn = 0;

/** Shows what saving would text; of a visit that keeps its start, nothing. */
export async function showForecast(edited: Appointment | null): Promise<void> {
  const mine = ++turn;
  const { start } = values();
  const place = getElement("book-texts");
  if (!start) return place.replaceChildren();
  if (edited && edited.start.slice(0, 16) === start.slice(0, 16)) {
    return place.replaceChildren(makeElement("li", { class: "hint" }, t("told_nothing")));
  }
  const plan = await readJson<MessageForecast>(`/calendar/plan/?${query(start, edited)}`).catch(() => null);
  if (plan && mine === turn) draw(plan);
}

function query(start: string, edited: Appointment | null): string {
  const { chosen, isNew, name, phone } = who();
  const customer = edited?.customer ?? chosen?.id;
  const asked = new URLSearchParams({ start, notify: notify.checked ? "1" : "0" });
  if (customer) asked.set("customer", String(customer));
  else asked.set("name", name);
  if (isNew) asked.set("phone", phone);
  return asked.toString();
}

function draw(plan: MessageForecast): void {
  const { phone, phone_error } = plan;
  showError("phone_number", phone_error);
  getElement("book-phone-read").textContent = phone ? t("number_read_as", { phone }) : "";
  showError("appointment_time", plan.start_error);
  getElement("book-time-read").textContent = plan.start_note;
  const lines = plan.texts.map((text) =>
    makeElement("li", {}, makeElement("b", {}, t("text_line", { ...text, kind: capitalize(text.kind) })), makeElement("blockquote", {}, text.body)),
  );
  const missing = plan.missing && makeElement("li", { class: "hint" }, sentence(plan));
  const none = !lines.length && !missing && makeElement("li", { class: "hint" }, t("texts_none"));
  const warning = plan.warning && makeElement("li", { class: "note bad" }, plan.warning);
  getElement("book-texts").replaceChildren(...[warning, ...lines, missing, none].filter((line) => line instanceof Element));
}

function sentence(plan: MessageForecast): string {
  return plan.texts.length ? t("reminder_missing", { reason: plan.missing }) : plan.missing;
}
