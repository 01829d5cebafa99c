// Find, focus and scroll to the appointments on screen.
import { getElement } from "../../kit/dom";

/** Return the appointment that has the focus, or null. */
export function getFocusedId(): number | null {
  const event = document.activeElement?.closest(".ec-event");
  const id = event?.querySelector<HTMLElement>("[data-appointment]")?.dataset.appointment;
  return id === undefined ? null : Number(id);
}

export function focusAppointment(id: number): void {
  findEvent(id)?.focus({ preventScroll: true });
}

/** Scroll to the appointment and focus it, unless an open dialog has the focus. */
export function scrollToAppointment(id: number): void {
  findEvent(id)?.scrollIntoView({ block: "nearest" });
  if (!document.querySelector("dialog[open]")) focusAppointment(id);
}

/** Scroll the list to a day, or to the next one that has an appointment. */
export function scrollListTo(day: string): void {
  const days = [...getElement("calendar").querySelectorAll<HTMLElement>(".ec-day")];
  const next = days.find((element) => (element.querySelector("time")?.dateTime ?? "") >= day);
  (next ?? days.at(-1))?.scrollIntoView({ block: "start" });
}

function findEvent(id: number): HTMLElement | null {
  const content = document.querySelector(`#calendar [data-appointment="${id}"]`);
  return content?.closest<HTMLElement>(".ec-event") ?? null;
}
