// Fill and read the fields of the booking dialog. The customer has a module of its own.
import { config } from "../kit/config";
import { getElement, makeElement } from "../kit/dom";
import { addElapsedMinutes } from "../kit/local_time";
import { t } from "../kit/translate";
import type { Appointment, Service } from "../kit/types";
import { clearErrors, showError } from "./form_errors";

const DEFAULT_MINUTES = 30;
const MOST_MINUTES = 1440;
const staffField = getElement<HTMLSelectElement>("book-staff");
const dayField = getElement<HTMLInputElement>("book-date");
const timeField = getElement<HTMLInputElement>("book-time");
const minutesField = getElement<HTMLInputElement>("book-minutes");
const noteField = getElement<HTMLTextAreaElement>("book-note");
const notifyField = getElement<HTMLInputElement>("book-notify");
const serviceList = getElement("book-services");

let isLengthTyped = false; // a typed length stays when other services are chosen

/** The fields as they stand, complete or not; drafts are stored in this form. */
export interface FieldValues {
  day: string;
  time: string;
  minutes: string;
  isLengthTyped: boolean;
  staff: number;
  services: number[];
  note: string;
  notify: boolean;
}

/** The appointment that the fields describe. */
export interface BookingValues {
  start: string; // "" while the day or the time is missing
  minutes: number;
  staff: number;
  services: number[];
  note: string;
  notify: boolean;
}

export function startFields(onChange: () => void): void {
  serviceList.append(...config.services.map(makeServiceChoice));
  getElement("book-no-services").hidden = config.services.some((service) => service.offered);
  serviceList.addEventListener("change", () => {
    if (!isLengthTyped) minutesField.value = String(getDefaultMinutes());
    onChange();
  });
  minutesField.addEventListener("input", () => (isLengthTyped = minutesField.value !== ""));
  for (const field of [dayField, timeField, notifyField, staffField, minutesField]) {
    field.addEventListener("change", onChange);
  }
}

function makeServiceChoice({ id, name, minutes, color }: Service): HTMLElement {
  const box = makeElement("input", { type: "checkbox", value: String(id) });
  const dot = makeElement("span", { class: "dot" });
  dot.style.background = color;
  const label = makeElement("span", {}, name, " ", makeElement("small", {}, `${minutes} min`));
  return makeElement("label", { class: "choice" }, box, dot, label);
}

/** Fill in a new appointment; without a length its services set it. */
export function fillNew(start: string, length: number | null, staff: number): void {
  fillFields({
    ...splitStart(start),
    staff,
    services: [],
    note: "",
    notify: true,
    minutes: String(length ?? DEFAULT_MINUTES),
    isLengthTyped: length !== null,
  });
}

/** Fill in an appointment; a length that differs from that of its services stays. */
export function fillFromAppointment(appointment: Appointment): void {
  const { start, staff, services, note } = appointment;
  const minutes = countElapsedMinutes(appointment);
  const length = { minutes: String(minutes), isLengthTyped: false };
  fillFields({ ...splitStart(start), ...length, staff, services, note, notify: true });
  isLengthTyped = minutes !== getDefaultMinutes();
}

function splitStart(start: string): { day: string; time: string } {
  return { day: start.slice(0, 10), time: start.slice(11, 16) };
}

/** Return the elapsed minutes of an appointment, right also where the clocks change. */
export function countElapsedMinutes({ at, until }: Appointment): number {
  return Math.max(1, Math.floor((Date.parse(until) - Date.parse(at)) / 60_000));
}

export function fillFields(values: FieldValues): void {
  fillStaff(values.staff);
  [dayField.value, timeField.value, minutesField.value] = [values.day, values.time, values.minutes];
  noteField.value = values.note;
  isLengthTyped = values.isLengthTyped;
  notifyField.checked = values.notify;
  for (const service of config.services) fillService(service, values.services.includes(service.id));
  clearErrors();
}

function fillStaff(chosen: number): void {
  const staff = config.staff.filter((member) => member.bookable || member.id === chosen);
  staffField.replaceChildren(...staff.map(({ id, name }) => makeElement("option", { value: String(id) }, name)));
  const isListed = staff.some((member) => member.id === chosen);
  staffField.value = String((isListed ? chosen : staff[0]?.id) ?? "");
}

/** Check or clear a service; hide one that is no longer offered, unless it is chosen. */
function fillService(service: Service, isChosen: boolean): void {
  const box = serviceList.querySelector<HTMLInputElement>(`[value="${service.id}"]`);
  if (!box) return;
  box.checked = isChosen;
  (box.closest("label") as HTMLElement).hidden = !service.offered && !isChosen;
}

/** Focus the first service, or the date where there is none. */
export function focusFirstField(): void {
  const service = serviceList.querySelector<HTMLElement>("label:not([hidden]) input");
  (service ?? dayField).focus();
}

function listChosenServices(): number[] {
  const boxes = [...serviceList.querySelectorAll<HTMLInputElement>("input:checked")];
  return boxes.map((box) => Number(box.value));
}

/** Return the length of the chosen services. */
function getDefaultMinutes(): number {
  const ids = listChosenServices();
  const chosen = config.services.filter((service) => ids.includes(service.id));
  return chosen.reduce((sum, service) => sum + service.minutes, 0) || DEFAULT_MINUTES;
}

export function readFields(): FieldValues {
  return {
    day: dayField.value,
    time: timeField.value,
    minutes: minutesField.value,
    note: noteField.value,
    isLengthTyped,
    staff: Number(staffField.value),
    services: listChosenServices(),
    notify: notifyField.checked,
  };
}

export function readBooking(): BookingValues {
  const { day, time, minutes, staff, services, note, notify } = readFields();
  const start = day && time ? `${day}T${time}:00`.slice(0, 19) : "";
  const length = minutes === "" ? getDefaultMinutes() : Number(minutes);
  return { start, minutes: length, staff, services, note, notify };
}

/** Return the end of the appointment, with an offset. */
export function computeEnd({ start, minutes }: BookingValues): string {
  return addElapsedMinutes(start, minutes, config.zone);
}

/** Show an error beside each field that can't be sent. Return whether all can. */
export function checkFields(): boolean {
  const { start, minutes, staff } = readBooking();
  const isLengthValid = Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES;
  if (!start) showError("appointment_time", t("choose_time"));
  if (!isLengthValid) showError("end_time", t("choose_length"));
  if (!staff) showError("user", t("choose_staff"));
  return Boolean(start && isLengthValid && staff);
}
