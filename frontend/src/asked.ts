// What the address asks to open: a visit, or a booking, perhaps for a customer.
import { read, reason } from "./api";
import { openNext, takeUpOpen } from "./book";
import { config } from "./config";
import { forgetAll } from "./drafts";
import { bookNext } from "./keys";
import { openPanel } from "./panel";
import { shown, visits } from "./store";
import { toast } from "./toast";
import { goToVisit } from "./toolbar";
import type { Visit } from "./types";

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
    toast([reason(error)], "bad");
  }
}

async function openVisit(id: string): Promise<void> {
  const visit = visits.get(Number(id)) ?? (await read<Visit>(`/calendar/events/${Number(id)}/`));
  if (!visit) return;
  goToVisit(visit);
  await openPanel(visit);
}
