// The dialog that books a visit or changes one. Closing it loses nothing: it can be taken up again.
import { Refused, reason, write } from "./api";
import { t } from "./config";
import { choose, reset, startCustomerField, who } from "./customer_field";
import { afterPause, part } from "./dom";
import { clearErrors, endOf, fill, notify, showAlert, showError, startFields, values } from "./fields";
import { showForecast } from "./forecast";
import { without } from "./live";
import { again, save, toldWords } from "./move";
import { showStale } from "./stale";
import { shown } from "./store";
import { toast } from "./toast";
import type { Customer, Visit } from "./types";
import { plusMinutes } from "./wall";

const dialog = part<HTMLDialogElement>("book");
const newName = part<HTMLInputElement>("book-new-name");
const newPhone = part<HTMLInputElement>("book-new-phone");
let edited: Visit | null = null; // the visit as it was read; null: a new one

export function startBooking(): void {
  const forecast = afterPause(150, () => void showForecast(edited));
  startFields(forecast);
  startCustomerField(forecast);
  part("book-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(false);
  });
  part("book-anyway").addEventListener("click", () => void submit(true));
  part("book-close").addEventListener("click", putAside);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    putAside();
  });
}

export function openNew(start: string, end: string | null, staff: number, customer?: Customer): void {
  edited = null;
  fill(start, end, { staff, services: [], note: "" });
  notify.checked = true;
  open();
  if (customer) choose(customer);
  else reset(true);
}

export function openEdit(visit: Visit): void {
  edited = visit;
  fill(visit.start, visit.end, visit);
  notify.checked = true;
  open();
  choose({ id: visit.customer, full_name: visit.name, phone_number: "" });
}

function open(): void {
  part("book-title").hidden = part("book-submit").hidden = edited !== null;
  part("edit-title").hidden = part("edit-submit").hidden = edited === null;
  part("book-who").hidden = edited !== null;
  part("edit-who").textContent = edited?.name ?? "";
  dialog.showModal();
}

/** Closes; what was typed waits to be taken up again. */
function putAside(): void {
  dialog.close();
  const isStarted = who.chosen || who.isNew || part<HTMLInputElement>("book-customer").value;
  if (isStarted && !edited) {
    toast([t("put_aside")], "good", { label: t("go_on"), run: () => dialog.showModal() });
  }
}

async function submit(allowOverlap: boolean): Promise<void> {
  clearErrors();
  const { start } = values();
  if (!edited && !who.chosen && !newName.value.trim()) showError("customer", t("choose_customer"));
  else if (!start) showError("appointment_time", t("choose_time"));
  else await send(start, allowOverlap);
  dialog.querySelector<HTMLElement>(".wrong input, .wrong select, .wrong textarea")?.focus();
}

async function send(start: string, allowOverlap: boolean): Promise<void> {
  const button = dialog.querySelectorAll<HTMLButtonElement>("[type=submit]");
  button.forEach((one) => (one.disabled = true));
  try {
    const visit = edited ? await change(edited, allowOverlap) : await book(start, allowOverlap);
    dialog.close();
    shown.day = shown.view === "day" ? visit.start.slice(0, 10) : shown.day;
    const [first, ...told] = toldWords(visit);
    toast([t(edited ? "saved" : "booked", { name: visit.name, when: first ?? "" }), ...told]);
  } catch (error) {
    refused(error);
  } finally {
    button.forEach((one) => (one.disabled = false));
  }
}

function book(start: string, allowOverlap: boolean): Promise<Visit> {
  return without(async () => {
    if (!who.chosen) choose(await newCustomer());
    const { staff, services, note } = values();
    const booked = await write<{ id: number }>("POST", "/appointments/", {
      customer: who.chosen?.id,
      user: staff,
      services,
      appointment_time: start,
      end_time: endOf(start),
      comment: note,
      notify: notify.checked,
      allow_overlap: allowOverlap,
    });
    return again(booked.id);
  });
}

function newCustomer(): Promise<Customer> {
  const values = { full_name: newName.value.trim(), phone_number: newPhone.value.trim() };
  return write<Customer>("POST", "/customers/", values);
}

/** Only what was changed is sent, so that another's change of the rest stays. */
function change(visit: Visit, allowOverlap: boolean): Promise<Visit> {
  const { start, staff, services, note, minutes } = values();
  const body: Record<string, unknown> = { version: visit.version, notify: notify.checked };
  const isMoved = start.slice(0, 16) !== visit.start.slice(0, 16);
  if (isMoved) body.appointment_time = start;
  if (isMoved || plusMinutes(start, minutes).slice(0, 16) !== visit.end.slice(0, 16)) {
    body.end_time = endOf(start);
  }
  if (staff !== visit.staff) body.user = staff;
  if (note !== visit.note) body.comment = note;
  if (`${[...services].sort()}` !== `${[...visit.services].sort()}`) body.services = services;
  if (body.services && !body.end_time) body.end_time = visit.until;
  if (body.end_time || body.user) body.allow_overlap = allowOverlap;
  return save(visit.id, body);
}

function refused(error: unknown): void {
  if (!(error instanceof Refused)) throw error;
  if (error.code === "stale" && edited) return stale(edited);
  if (error.code === "overlap") return showAlert(error.message, true);
  const { overlaps: _, ...fields } = error.errors;
  for (const [field, [sentence]] of Object.entries(fields)) showError(field, sentence ?? error.message);
  if (!Object.keys(fields).length) showAlert(reason(error), false);
}

function stale(visit: Visit): void {
  const { start, staff, services, note } = values();
  const typed = { start, end: endOf(start), staff, services, note };
  void showStale(visit, typed, (now) => {
    edited = { ...visit, version: now.version };
    void submit(false);
  });
}

