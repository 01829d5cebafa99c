// The dialog that books a visit or changes one. Nothing typed into it is lost: see drafts.ts.
import { readJson, describeError, ApiError, sendJson } from "../kit/api";
import { config, getStaffName } from "../kit/config";
import { t } from "../kit/translate";
import { nobody, setWho, startCustomerField, who } from "./customer_field";
import { debounce, makeElement, getElement } from "../kit/dom";
import { all, forget, keep, newRequest, type Draft } from "./drafts";
import { check, clearErrors, endOf, fill, fillFrom, fillNew, minutesOf, notify } from "./fields";
import { showAlert, showError, startFields, typed, values } from "./fields";
import { showForecast } from "./message_forecast";
import { showConflict } from "../calendar/conflict_dialog";
import { describeMessages } from "../calendar/message_status";
import { goToAppointment, suggestStart } from "../calendar/navigation";
import { runWithoutRefresh } from "../calendar/refresh";
import { describeOverlap, reloadAppointment, saveChanges } from "../calendar/save";
import { showToast } from "../kit/toast";
import type { Customer, Appointment } from "../kit/types";
import { addMinutesToInstant, getLocalTime, formatDayAndTime } from "../kit/local_time";

const dialog = getElement<HTMLDialogElement>("book");
let edited: Appointment | null = null; // the visit as it was read; null: a new one
let request = newRequest();
let isSent = false; // it was sent, and no answer came
let isSending = false;
let asOpened = ""; // the fields before anything was typed

export function startBooking(): void {
  const forecast = debounce(150, () => void showForecast(edited));
  const changed = () => (keepDraft(), forecast());
  startFields(changed);
  startCustomerField(changed);
  getElement("book-form").addEventListener("input", () => keepDraft());
  getElement("book-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(false);
  });
  getElement("book-anyway").addEventListener("click", () => void submit(true));
  getElement("book-close").addEventListener("click", putAside);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    putAside();
  });
}

/** A new visit; `length` in minutes, null: as long as the services take. */
export function openNew(start: string, length: number | null, staff: number, customer?: Customer): void {
  begin(null, newRequest());
  fillNew(start, length, staff);
  setWho({ ...nobody, chosen: customer ?? null });
  open();
  if (!customer) getElement("book-customer").focus();
}

/** The next visit of a customer who is known by id. */
export async function openNext(customer: number, staff: number): Promise<void> {
  const found = await readJson<Customer>(`/customers/${customer}/`);
  if (found) openNew(suggestStart(), null, staff, found);
}

export function openEdit(visit: Appointment): void {
  begin(visit, newRequest());
  fillFrom(visit);
  setWho({ ...nobody, chosen: { id: visit.customer, full_name: visit.name, phone_number: "" } });
  open();
}

/** What was begun before: the dialog as it was left. */
function takeUp(draft: Draft): void {
  keepDraft(false); // what the dialog holds now
  begin(draft.edited, draft.request);
  isSent = draft.isSent;
  fill(draft.fields);
  setWho(draft.who);
  open();
  asOpened = "";
  keepDraft();
}

/** After the page was loaded anew, by a sign-in or otherwise: go on where one was. */
export function takeUpOpen(): void {
  const draft = all().find((one) => one.isOpen);
  if (draft) takeUp(draft);
}

function begin(visit: Appointment | null, name: string): void {
  [edited, request, isSent] = [visit, name, false];
  getElement("book-title").hidden = getElement("book-submit").hidden = edited !== null;
  getElement("edit-title").hidden = getElement("edit-submit").hidden = edited === null;
  getElement("book-who").hidden = edited !== null;
  getElement("edit-who").textContent = edited?.name ?? "";
}

function open(): void {
  showAside();
  asOpened = JSON.stringify([typed(), who()]);
  if (!dialog.open) dialog.showModal();
}

function keepDraft(isOpen = dialog.open): void {
  if (!dialog.open) return;
  if (JSON.stringify([typed(), who()]) === asOpened) return forget(request);
  keep({ request, edited, isOpen, isSent, who: who(), fields: typed() });
}

/** Closes; what was typed waits to be taken up again. */
function putAside(): void {
  keepDraft(false);
  dialog.close();
  const kept = all().find((one) => one.request === request);
  if (kept) showToast([t("put_aside")], "good", { label: t("go_on"), run: () => takeUp(kept) });
}

/** Other bookings that were put aside, each to be taken up or forgotten. */
function showAside(): void {
  const others = all().filter((one) => one.request !== request);
  getElement("book-aside").hidden = !others.length;
  getElement("book-aside-list").replaceChildren(...others.map(asideLine));
}

function asideLine(draft: Draft): HTMLElement {
  const { chosen, name, search } = draft.who;
  const words = { name: chosen?.full_name || name || search || "…", when: formatDayAndTime(`${draft.fields.day}T${draft.fields.time}:00`) };
  const goOn = makeElement("button", { type: "button" }, t("go_on_with", words));
  goOn.addEventListener("click", () => takeUp(draft));
  const drop = makeElement("button", { type: "button", class: "quiet" }, t("forget"));
  drop.addEventListener("click", () => {
    forget(draft.request);
    showAside();
  });
  return makeElement("li", {}, goOn, drop);
}

async function submit(allowOverlap: boolean): Promise<void> {
  if (isSending) return;
  if (!allowOverlap) clearErrors(); // its button stays: a second click must not meet another one
  const { chosen, name } = who();
  const isWho = edited !== null || chosen !== null || name !== "";
  if (!isWho) showError("customer", t("choose_customer"));
  if (check() && isWho) await send(allowOverlap);
  dialog.querySelector<HTMLElement>(".wrong input, .wrong select, .wrong textarea")?.focus();
}

async function send(allowOverlap: boolean): Promise<void> {
  sending(true);
  const isEdit = edited !== null;
  try {
    const visit = edited ? await change(edited, allowOverlap) : await book(allowOverlap);
    saved(visit, isEdit);
  } catch (error) {
    await refused(error);
  } finally {
    sending(false);
  }
}

function saved(visit: Appointment, isEdit: boolean): void {
  const told = describeMessages(visit, isEdit ? edited : null);
  forget(request);
  dialog.close();
  goToAppointment(visit);
  const when = `${formatDayAndTime(visit.start)}, ${getStaffName(visit.staff)}`;
  showToast([t(isEdit ? "saved" : "booked", { name: visit.name, when }), told]);
}

/** While an answer is awaited nothing is sent a second time. */
function sending(isNow: boolean): void {
  isSending = isNow;
  dialog.setAttribute("aria-busy", String(isNow));
  const buttons = dialog.querySelectorAll<HTMLButtonElement>("[type=submit], #book-anyway");
  buttons.forEach((one) => (one.disabled = isNow));
}

function book(allowOverlap: boolean): Promise<Appointment> {
  return runWithoutRefresh(async () => {
    const { start, staff, services, note } = values();
    const { chosen, name, phone } = who();
    const booked = await sendJson<{ id: number }>("POST", "/appointments/", {
      ...(chosen ? { customer: chosen.id } : { new_customer: { full_name: name, phone_number: phone } }),
      user: staff,
      services,
      appointment_time: start,
      end_time: endOf(start),
      comment: note,
      notify: notify.checked,
      allow_overlap: allowOverlap,
      request_id: request,
    });
    const visit = await reloadAppointment(booked.id);
    return isSent ? sentBefore(visit, allowOverlap) : visit;
  });
}

/** What was sent first may be what stands in the book: bring it to what is typed now. */
function sentBefore(visit: Appointment, allowOverlap: boolean): Promise<Appointment> {
  const { chosen } = who();
  if (!chosen || chosen.id === visit.customer) return change(visit, allowOverlap);
  forget(request);
  request = newRequest();
  isSent = false;
  const words = { name: visit.name, when: formatDayAndTime(visit.start) };
  throw new ApiError(409, "booked_before", t("booked_before", words));
}

/** Only what was changed is sent, so that another's change of the rest stays. */
function change(visit: Appointment, allowOverlap: boolean): Promise<Appointment> {
  const { start, staff, services, note, minutes } = values();
  const body: Record<string, unknown> = { version: visit.version, notify: notify.checked };
  const isMoved = start.slice(0, 16) !== visit.start.slice(0, 16);
  const isOther = `${[...services].sort()}` !== `${[...visit.services].sort()}`;
  if (isMoved) body.appointment_time = start;
  if (isOther) body.services = services;
  if (isOther || minutes !== minutesOf(visit)) body.end_time = isMoved ? endOf(start) : addMinutesToInstant(visit.at, minutes);
  if (staff !== visit.staff) body.user = staff;
  if (note !== visit.note) body.comment = note;
  if (isMoved || body.end_time || body.user) body.allow_overlap = allowOverlap;
  return saveChanges(visit.id, body);
}

async function refused(error: unknown): Promise<void> {
  if (!(error instanceof ApiError)) throw error;
  if (error.isOutcomeUnknown) isSent = true;
  keepDraft();
  clearErrors();
  if (error.code === "stale" && edited) return stale(edited);
  if (error.code === "overlap") return showAlert(await describeOverlap(error), "overlap");
  if (error.code === "signed_out") return showAlert(describeError(error), "sign_in");
  const fields = Object.entries(error.errors);
  for (const [field, [sentence]] of fields) {
    showError(field.replace("new_customer.", ""), sentence ?? error.message);
  }
  if (!fields.length) showAlert(error.isOutcomeUnknown ? t("not_sure_booked") : describeError(error));
}

async function stale(visit: Appointment): Promise<void> {
  const { start, staff, services, note } = values();
  const wanted = { start, end: getLocalTime(config.zone, new Date(endOf(start))), staff, services, note };
  const now = await readJson<Appointment>(`/calendar/events/${visit.id}/`).catch(() => null);
  if (!now) return showAlert(t("gone"));
  const isOther = showConflict(visit, wanted, now, () => {
    edited = { ...visit, version: now.version };
    void submit(false);
  });
  if (!isOther) saved(now, true); // our own change, whose answer was lost
}
