// What the address asks to open: a visit, or a booking, perhaps for a customer.
import { readJson, describeError } from "../kit/api";
import { openNext, takeUpOpen } from "../booking/dialog";
import { config } from "../kit/config";
import { forgetAll } from "../booking/drafts";
import { bookNext } from "./shortcuts";
import { openPanel } from "../appointment/panel";
import { goToAppointment } from "../calendar/navigation";
import { findAppointment, shown } from "../calendar/store";
import { showToast } from "../kit/toast";
import type { Appointment } from "../kit/types";

export interface Asked {
  visit: string | null;
  book: boolean;
  customer: string | null;
}

/** Read once: an address that is loaded again opens nothing again. */
export function startAsked(): Asked {
  const here = new URL(window.location.href);
  const [visit, customer] = [here.searchParams.get("visit"), here.searchParams.get("customer")];
  const asked = { visit, customer, book: here.searchParams.has("book") };
  for (const name of ["visit", "customer", "book"]) here.searchParams.delete(name);
  window.history.replaceState(null, "", here);
  document.querySelector(".account")?.addEventListener("submit", forgetAll);
  return asked;
}

export async function openAsked(asked: Asked): Promise<void> {
  try {
    if (asked.visit) await openVisit(asked.visit);
    else if (asked.customer) await openNext(Number(asked.customer), shown.staff || config.me);
    else if (asked.book) bookNext();
    else takeUpOpen();
  } catch (error) {
    showToast([describeError(error)], "bad");
  }
}

async function openVisit(id: string): Promise<void> {
  const visit = findAppointment(Number(id)) ?? (await readJson<Appointment>(`/calendar/events/${Number(id)}/`));
  if (!visit) return;
  goToAppointment(visit);
  await openPanel(visit);
}
