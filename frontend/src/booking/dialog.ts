// Open and close the dialog that books or edits an appointment. Unsaved input is kept as a draft.
import { debounce, getElement, makeElement } from "../kit/dom";
import { formatDayAndTime } from "../kit/local_time";
import { showToast } from "../kit/toast";
import { t } from "../kit/translate";
import type { Appointment, Customer } from "../kit/types";
import { EMPTY_CUSTOMER, fillCustomer, readCustomer, startCustomerField } from "./customer_field";
import { deleteDraft, keepDraft, listDrafts, listOtherDrafts, type Draft } from "./drafts";
import { fillFields, fillFromAppointment, fillNew, readFields, startFields } from "./fields";
import { showForecast } from "./message_forecast";
import { beginBooking, booking } from "./state";

const FORECAST_MS = 150;
const dialog = getElement<HTMLDialogElement>("book");
let contentAsOpened = ""; // to keep no draft where nothing was typed

/** Start the dialog; `onSubmit` saves the booking, with an overlap allowed if the user chose so. */
export function startDialog(onSubmit: (allowOverlap: boolean) => void): void {
  const updateForecast = debounce(FORECAST_MS, () => void showForecast());
  const handleChange = () => (saveDraft(), updateForecast());
  startFields(handleChange);
  startCustomerField(handleChange);
  getElement("book-form").addEventListener("input", () => saveDraft());
  getElement("book-form").addEventListener("submit", (event) => {
    event.preventDefault();
    onSubmit(false);
  });
  getElement("book-anyway").addEventListener("click", () => onSubmit(true));
  getElement("book-close").addEventListener("click", putAside);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    putAside();
  });
}

/** Open a new appointment. Without a `length` in minutes its services set it. */
export function openNew(start: string, length: number | null, staff: number, customer?: Customer): void {
  begin(null);
  fillNew(start, length, staff);
  fillCustomer({ ...EMPTY_CUSTOMER, chosen: customer ?? null });
  open();
  if (!customer) getElement("book-customer").focus();
}

export function openEdit(appointment: Appointment): void {
  begin(appointment);
  fillFromAppointment(appointment);
  const customer = { id: appointment.customer, full_name: appointment.name, phone_number: "" };
  fillCustomer({ ...EMPTY_CUSTOMER, chosen: customer });
  open();
}

/** Open a draft. The booking that the dialog shows becomes a draft itself. */
function openDraft(draft: Draft): void {
  saveDraft(false);
  begin(draft.edited, draft.request, draft.isSent);
  fillFields(draft.fields);
  fillCustomer(draft.who);
  open();
  contentAsOpened = "";
  saveDraft();
}

/** Reopen the draft that was open when the page was left or the session ended. */
export function reopenDraft(): void {
  const draft = listDrafts().find(({ isOpen }) => isOpen);
  if (draft) openDraft(draft);
}

function begin(...values: Parameters<typeof beginBooking>): void {
  beginBooking(...values);
  const { edited } = booking;
  for (const id of ["book-title", "book-submit", "book-who"]) getElement(id).hidden = edited !== null;
  for (const id of ["edit-title", "edit-submit"]) getElement(id).hidden = edited === null;
  getElement("edit-who").textContent = edited?.name ?? "";
}

function open(): void {
  showOtherDrafts();
  contentAsOpened = readContent();
  if (!dialog.open) dialog.showModal();
}

function readContent(): string {
  return JSON.stringify([readFields(), readCustomer()]);
}

/** Keep the input as a draft; delete the draft if nothing differs from the dialog as opened. */
export function saveDraft(isOpen = dialog.open): void {
  if (!dialog.open) return;
  const { request, edited, isSent } = booking;
  if (readContent() === contentAsOpened) return deleteDraft(request);
  keepDraft({ request, edited, isOpen, isSent, who: readCustomer(), fields: readFields() });
}

/** Close the dialog, and offer to open its draft again. */
function putAside(): void {
  saveDraft(false);
  dialog.close();
  const draft = listDrafts().find(({ request }) => request === booking.request);
  if (draft) showToast([t("put_aside")], "good", { label: t("go_on"), run: () => openDraft(draft) });
}

/** Close the dialog after its booking was saved. */
export function closeSaved(): void {
  deleteDraft(booking.request);
  dialog.close();
}

/** Disable the buttons while a request is under way. */
export function setBusy(isBusy: boolean): void {
  dialog.setAttribute("aria-busy", String(isBusy));
  const buttons = dialog.querySelectorAll<HTMLButtonElement>("[type=submit], #book-anyway");
  for (const button of buttons) button.disabled = isBusy;
}

/** Show the other drafts, each to be opened or deleted. */
function showOtherDrafts(): void {
  const drafts = listOtherDrafts(booking.request);
  getElement("book-aside").hidden = !drafts.length;
  getElement("book-aside-list").replaceChildren(...drafts.map(makeDraftLine));
}

function makeDraftLine(draft: Draft): HTMLElement {
  const { chosen, name, search } = draft.who;
  const when = formatDayAndTime(`${draft.fields.day}T${draft.fields.time}:00`);
  const label = t("go_on_with", { name: chosen?.full_name || name || search || "…", when });
  const openButton = makeElement("button", { type: "button" }, label);
  openButton.addEventListener("click", () => openDraft(draft));
  const deleteButton = makeElement("button", { type: "button", class: "quiet" }, t("forget"));
  deleteButton.addEventListener("click", () => {
    deleteDraft(draft.request);
    showOtherDrafts();
  });
  return makeElement("li", {}, openButton, deleteButton);
}
