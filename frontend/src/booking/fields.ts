// The fields of the booking dialog: filling them in, reading them, errors beside them.
import { config } from "../kit/config";
import { t } from "../kit/translate";
import { makeElement, getElement } from "../kit/dom";
import type { StaffMember, Service, Appointment } from "../kit/types";
import { addElapsedMinutes } from "../kit/local_time";

const USUAL_MINUTES = 30;
const MOST_MINUTES = 1440;
const staff = getElement<HTMLSelectElement>("book-staff");
const day = getElement<HTMLInputElement>("book-date");
const time = getElement<HTMLInputElement>("book-time");
const minutes = getElement<HTMLInputElement>("book-minutes");
const note = getElement<HTMLTextAreaElement>("book-note");
const services = getElement("book-services");
export const notify = getElement<HTMLInputElement>("book-notify");

let isLengthTyped = false;

export interface Values {
  start: string; // "" while day or time are missing
  minutes: number;
  staff: number;
  services: number[];
  note: string;
}

/** The fields as they stand, finished or not. */
export interface Typed {
  day: string;
  time: string;
  minutes: string;
  isLengthTyped: boolean;
  staff: number;
  services: number[];
  note: string;
  notify: boolean;
}

export function startFields(onChanged: () => void): void {
  services.append(...config.services.map(serviceLine));
  getElement("book-no-services").hidden = config.services.some((one) => one.offered);
  services.addEventListener("change", () => {
    if (!isLengthTyped) minutes.value = String(usualMinutes());
    onChanged();
  });
  minutes.addEventListener("input", () => (isLengthTyped = minutes.value !== ""));
  for (const field of [day, time, notify, staff, minutes]) field.addEventListener("change", onChanged);
}

function serviceLine(service: Service): HTMLElement {
  const box = makeElement("input", { type: "checkbox", value: String(service.id) });
  const dot = makeElement("span", { class: "dot" });
  dot.style.background = service.color;
  const length = makeElement("small", {}, `${service.minutes} min`);
  return makeElement("label", { class: "choice" }, box, dot, makeElement("span", {}, service.name, " ", length));
}

/** The fields of a new visit; without a length the services tell it. */
export function fillNew(start: string, length: number | null, person: number): void {
  const [day, time] = [start.slice(0, 10), start.slice(11, 16)];
  const fields = { day, time, staff: person, services: [], note: "", notify: true };
  fill({ ...fields, minutes: String(length ?? USUAL_MINUTES), isLengthTyped: length !== null });
}

/** The fields of a visit as it stands. Other services change its length, unless it was set by hand. */
export function fillFrom(visit: Appointment): void {
  const [day, time] = [visit.start.slice(0, 10), visit.start.slice(11, 16)];
  const { staff, services, note } = visit;
  const length = minutesOf(visit);
  fill({ day, time, staff, services, note, notify: true, minutes: String(length), isLengthTyped: false });
  isLengthTyped = length !== usualMinutes();
}

/** How long a visit takes, by the stopwatch. */
export function minutesOf(visit: Appointment): number {
  return Math.max(1, Math.floor((Date.parse(visit.until) - Date.parse(visit.at)) / 60_000));
}

export function fill(typed: Typed): void {
  const people = config.staff.filter((one) => one.bookable || one.id === typed.staff);
  staff.replaceChildren(...people.map(staffOption));
  const isThere = people.some((one) => one.id === typed.staff);
  staff.value = String((isThere ? typed.staff : people[0]?.id) ?? "");
  [day.value, time.value, minutes.value, note.value] = [typed.day, typed.time, typed.minutes, typed.note];
  isLengthTyped = typed.isLengthTyped;
  notify.checked = typed.notify;
  for (const service of config.services) offer(service, typed.services.includes(service.id));
  clearErrors();
}

/** What is no longer offered shows on visits that have it. */
function offer(service: Service, isChosen: boolean): void {
  const box = services.querySelector<HTMLInputElement>(`[value="${service.id}"]`);
  if (!box) return;
  box.checked = isChosen;
  (box.closest("label") as HTMLElement).hidden = !service.offered && !isChosen;
}

function staffOption(one: StaffMember): HTMLOptionElement {
  return makeElement("option", { value: String(one.id) }, one.name);
}

function chosen(): number[] {
  const boxes = [...services.querySelectorAll<HTMLInputElement>("input:checked")];
  return boxes.map((box) => Number(box.value));
}

function usualMinutes(): number {
  const ids = chosen();
  const offered = config.services.filter((one) => ids.includes(one.id));
  return offered.reduce((sum, one) => sum + one.minutes, 0) || USUAL_MINUTES;
}

export function typed(): Typed {
  const fields = { day: day.value, time: time.value, minutes: minutes.value, note: note.value };
  const rest = { isLengthTyped, staff: Number(staff.value), services: chosen(), notify: notify.checked };
  return { ...fields, ...rest };
}

export function values(): Values {
  return {
    start: day.value && time.value ? `${day.value}T${time.value}:00`.slice(0, 19) : "",
    minutes: minutes.value === "" ? usualMinutes() : Number(minutes.value),
    staff: Number(staff.value),
    services: chosen(),
    note: note.value,
  };
}

/** When the visit ends, with an offset. */
export function endOf(start: string): string {
  return addElapsedMinutes(start, values().minutes, config.zone);
}

/** Says beside the fields what can't be sent; whether all can. */
export function check(): boolean {
  const { start, minutes, staff } = values();
  const isLength = Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES;
  if (!start) showError("appointment_time", t("choose_time"));
  if (!isLength) showError("end_time", t("choose_length"));
  if (!staff) showError("user", t("choose_staff"));
  return Boolean(start && isLength && staff);
}

export function clearErrors(): void {
  for (const place of document.querySelectorAll<HTMLElement>("#book [data-error]")) {
    place.textContent = "";
    place.closest(".field")?.classList.remove("wrong");
  }
  getElement("book-alert").hidden = true;
}

/** The sentence beside the field it is about; on top of the form when no field is. */
export function showError(field: string, sentence: string): void {
  const place = document.querySelector<HTMLElement>(`#book [data-error="${field}"]`);
  if (!place) return showAlert(sentence);
  place.textContent = sentence;
  place.closest(".field")?.classList.toggle("wrong", sentence !== "");
}

/** What is wrong with the whole, with the one thing that may be done about it. */
export function showAlert(sentence: string, remedy?: "overlap" | "sign_in"): void {
  getElement("book-alert-text").textContent = sentence;
  getElement("book-anyway").hidden = remedy !== "overlap";
  getElement("book-sign-in").hidden = remedy !== "sign_in";
  getElement("book-alert").hidden = false;
  getElement("book-alert").scrollIntoView({ block: "nearest" });
}
