// Open the booking dialog with the start that the calendar suggests.
import { openNew } from "../booking/dialog";
import { suggestStart } from "../calendar/navigation";
import { shown } from "../calendar/store";
import { readJson } from "../kit/api";
import { config } from "../kit/config";
import type { Customer } from "../kit/types";

/** Open a new appointment with the staff member that is shown alone, else the signed-in one. */
export function openNewBooking(): void {
  openNew(suggestStart(), null, shown.staff || config.me);
}

/** Open a new appointment of a customer, by default with the same staff member as above. */
export async function openBookingFor(customerId: number, staff = shown.staff || config.me): Promise<void> {
  const customer = await readJson<Customer>(`/customers/${customerId}/`);
  if (customer) openNew(suggestStart(), null, staff, customer);
}
