// The fields of the booking dialog: filling them in, reading them, errors beside them.
import { config } from "./config";
import { make, part } from "./dom";
import type { Person, Service } from "./types";
import { minutesBetween, plusMinutes } from "./wall";

const USUAL_MINUTES = 30;
const staff = part<HTMLSelectElement>("book-staff");
const day = part<HTMLInputElement>("book-date");
const time = part<HTMLInputElement>("book-time");
const minutes = part<HTMLInputElement>("book-minutes");
const note = part<HTMLTextAreaElement>("book-note");
const services = part("book-services");
export const notify = part<HTMLInputElement>("book-notify");

let isLengthTyped = false;

export interface Values {
  start: string; // "" while day or time are missing
  minutes: number;
  staff: number;
  services: number[];
  note: string;
}

export function startFields(onChanged: () => void): void {
  services.append(...config.services.map(serviceLine));
  services.addEventListener("change", () => {
    if (!isLengthTyped) minutes.value = String(usualMinutes());
    onChanged();
  });
  minutes.addEventListener("input", () => (isLengthTyped = minutes.value !== ""));
  for (const field of [day, time, notify, staff, minutes]) field.addEventListener("change", onChanged);
}

function serviceLine(service: Service): HTMLElement {
  const box = make("input", { type: "checkbox", value: String(service.id) });
  const dot = make("span", { class: "dot" });
  dot.style.background = service.color;
  const length = make("small", {}, `${service.minutes} min`);
  return make("label", { class: "choice" }, box, dot, make("span", {}, service.name, " ", length));
}

/** Puts a stretch of time and the rest into the fields; a stretch of no length is a point. */
export function fill(start: string, end: string | null, values: Omit<Values, "start" | "minutes">): void {
  const bookable = config.staff.filter((one) => one.bookable || one.id === values.staff);
  staff.replaceChildren(...bookable.map(staffOption));
  staff.value = String(values.staff || bookable[0]?.id || "");
  [day.value, time.value] = [start.slice(0, 10), start.slice(11, 16)];
  for (const box of boxes()) box.checked = values.services.includes(Number(box.value));
  isLengthTyped = end !== null;
  minutes.value = String(end ? minutesBetween(start, end) : usualMinutes());
  note.value = values.note;
  clearErrors();
}

function staffOption(one: Person): HTMLOptionElement {
  return make("option", { value: String(one.id) }, one.name);
}

function boxes(): HTMLInputElement[] {
  return [...services.querySelectorAll<HTMLInputElement>("input")];
}

function chosen(): number[] {
  return boxes().filter((box) => box.checked).map((box) => Number(box.value));
}

function usualMinutes(): number {
  const ids = chosen();
  const offered = config.services.filter((one) => ids.includes(one.id));
  return offered.reduce((sum, one) => sum + one.minutes, 0) || USUAL_MINUTES;
}

export function values(): Values {
  return {
    start: day.value && time.value ? `${day.value}T${time.value}:00`.slice(0, 19) : "",
    minutes: Number(minutes.value) || usualMinutes(),
    staff: Number(staff.value),
    services: chosen(),
    note: note.value,
  };
}

export function endOf(start: string): string {
  return plusMinutes(start, values().minutes);
}

export function clearErrors(): void {
  for (const place of document.querySelectorAll<HTMLElement>("#book [data-error]")) {
    place.textContent = "";
    place.closest(".field")?.classList.remove("wrong");
  }
  part("book-alert").hidden = true;
}

/** The sentence beside the field it is about; on top of the form when no field is. */
export function showError(field: string, sentence: string): void {
  const place = document.querySelector<HTMLElement>(`#book [data-error="${field}"]`);
  if (!place) return showAlert(sentence, false);
  place.textContent = sentence;
  place.closest(".field")?.classList.add("wrong");
}

export function showAlert(sentence: string, mayOverlap: boolean): void {
  part("book-alert-text").textContent = sentence;
  part("book-anyway").hidden = !mayOverlap;
  part("book-alert").hidden = false;
  part("book-alert").scrollIntoView({ block: "nearest" });
}
