// Show which messages the booking will send and when, and whether the number is valid.
import { readJson } from "../kit/api";
import { getElement, makeElement } from "../kit/dom";
import { capitalize, t } from "../kit/translate";
import type { MessageForecast } from "../kit/types";
import { readCustomer } from "./customer_field";
import { readBooking } from "./fields";
import { showError } from "./form_errors";
import { booking } from "./state";

let latestRequest = 0;

/** Show the messages that saving sends: none for an appointment that keeps its start. */
export async function showForecast(): Promise<void> {
  const request = ++latestRequest;
  const { start } = readBooking();
  const list = getElement("book-texts");
  if (!start) return list.replaceChildren();
  if (booking.edited?.start.slice(0, 16) === start.slice(0, 16)) {
    return list.replaceChildren(makeHint(t("told_nothing")));
  }
  const url = `/calendar/plan/?${makeQuery()}`;
  const forecast = await readJson<MessageForecast>(url).catch(() => null);
  if (forecast && request === latestRequest) drawForecast(forecast);
}

function makeQuery(): string {
  const { start, notify } = readBooking();
  const { chosen, isNew, name, phone } = readCustomer();
  const customer = booking.edited?.customer ?? chosen?.id;
  const query = new URLSearchParams({ start, notify: notify ? "1" : "0" });
  if (customer) query.set("customer", String(customer));
  else query.set("name", name);
  if (isNew) query.set("phone", phone);
  return query.toString();
}

function drawForecast(forecast: MessageForecast): void {
  const { phone, phone_error, start_error, start_note } = forecast;
  showError("phone_number", phone_error);
  getElement("book-phone-read").textContent = phone ? t("number_read_as", { phone }) : "";
  showError("appointment_time", start_error);
  getElement("book-time-read").textContent = start_note;
  getElement("book-texts").replaceChildren(...makeLines(forecast));
}

function makeLines({ texts, missing, warning }: MessageForecast): HTMLElement[] {
  const lines = texts.map(makeMessage);
  if (warning) lines.unshift(makeElement("li", { class: "note bad" }, warning));
  if (missing) lines.push(makeHint(texts.length ? t("reminder_missing", { reason: missing }) : missing));
  else if (!texts.length) lines.push(makeHint(t("texts_none")));
  return lines;
}

function makeMessage(message: MessageForecast["texts"][number]): HTMLElement {
  const heading = t("text_line", { ...message, kind: capitalize(message.kind) });
  return makeElement("li", {}, makeElement("b", {}, heading), makeElement("blockquote", {}, message.body));
}

function makeHint(sentence: string): HTMLElement {
  return makeElement("li", { class: "hint" }, sentence);
}
