// While one fills in the dialog: which texts will go out, when, and whether the number is one.
import { read } from "../kit/api";
import { t } from "../kit/config";
import { who } from "./customer_field";
import { make, part } from "../kit/dom";
import { capitalized } from "../calendar/grid/event_content";
import { notify, showError, values } from "./fields";
import type { Plan, Visit } from "../kit/types";

let turn = 0;

/** Shows what saving would text; of a visit that keeps its start, nothing. */
export async function showForecast(edited: Visit | null): Promise<void> {
  const mine = ++turn;
  const { start } = values();
  const place = part("book-texts");
  if (!start) return place.replaceChildren();
  if (edited && edited.start.slice(0, 16) === start.slice(0, 16)) {
    return place.replaceChildren(make("li", { class: "hint" }, t("told_nothing")));
  }
  const plan = await read<Plan>(`/calendar/plan/?${query(start, edited)}`).catch(() => null);
  if (plan && mine === turn) draw(plan);
}

function query(start: string, edited: Visit | null): string {
  const { chosen, isNew, name, phone } = who();
  const customer = edited?.customer ?? chosen?.id;
  const asked = new URLSearchParams({ start, notify: notify.checked ? "1" : "0" });
  if (customer) asked.set("customer", String(customer));
  else asked.set("name", name);
  if (isNew) asked.set("phone", phone);
  return asked.toString();
}

function draw(plan: Plan): void {
  const { phone, phone_error } = plan;
  showError("phone_number", phone_error);
  part("book-phone-read").textContent = phone ? t("number_read_as", { phone }) : "";
  showError("appointment_time", plan.start_error);
  part("book-time-read").textContent = plan.start_note;
  const lines = plan.texts.map((text) =>
    make("li", {}, make("b", {}, t("text_line", { ...text, kind: capitalized(text.kind) })), make("blockquote", {}, text.body)),
  );
  const missing = plan.missing && make("li", { class: "hint" }, sentence(plan));
  const none = !lines.length && !missing && make("li", { class: "hint" }, t("texts_none"));
  const warning = plan.warning && make("li", { class: "note bad" }, plan.warning);
  part("book-texts").replaceChildren(...[warning, ...lines, missing, none].filter((line) => line instanceof Element));
}

function sentence(plan: Plan): string {
  return plan.texts.length ? t("reminder_missing", { reason: plan.missing }) : plan.missing;
}
