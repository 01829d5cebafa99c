// Open the appointment or the booking dialog that the URL names.
import { openBookingFor, openNewBooking } from "../appointment/open_booking";
import { openPanel } from "../appointment/panel";
import { reopenDraft } from "../booking/dialog";
import { goToAppointment } from "../calendar/navigation";
import { readAppointment } from "../calendar/save";
import { findAppointment } from "../calendar/store";
import { describeError } from "../kit/api";
import { showToast } from "../kit/toast";

export interface UrlRequest {
  appointment: string | null;
  book: boolean;
  customer: string | null;
}

/** Read the URL's parameters and remove them, so that reloading the page opens nothing again. */
export function takeUrlRequest(): UrlRequest {
  const url = new URL(window.location.href);
  const query = url.searchParams;
  const request = { appointment: query.get("visit"), customer: query.get("customer"), book: query.has("book") };
  for (const name of ["visit", "customer", "book"]) query.delete(name);
  window.history.replaceState(null, "", url);
  return request;
}

/** Open the requested appointment or booking, else the draft that was open before. */
export async function openFromUrl({ appointment, customer, book }: UrlRequest): Promise<void> {
  try {
    if (appointment) await openAppointment(Number(appointment));
    else if (customer) await openBookingFor(Number(customer));
    else if (book) openNewBooking();
    else reopenDraft();
  } catch (error) {
    showToast([describeError(error)], "bad");
  }
}

async function openAppointment(id: number): Promise<void> {
  const appointment = findAppointment(id) ?? (await readAppointment(id));
  if (!appointment) return;
  goToAppointment(appointment);
  await openPanel(appointment);
}
