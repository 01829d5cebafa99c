// Make the JSON that the API takes from the fields of the booking dialog.
import { addMinutesToInstant } from "../kit/local_time";
import type { Appointment } from "../kit/types";
import { readCustomer } from "./customer_field";
import { computeEnd, countElapsedMinutes, readBooking } from "./fields";
import { booking } from "./state";

type Body = Record<string, unknown>;

export function makeNewBody(allowOverlap: boolean): Body {
  const values = readBooking();
  const { chosen, name, phone } = readCustomer();
  return {
    ...(chosen ? { customer: chosen.id } : { new_customer: { full_name: name, phone_number: phone } }),
    user: values.staff,
    services: values.services,
    appointment_time: values.start,
    end_time: computeEnd(values),
    comment: values.note,
    notify: values.notify,
    allow_overlap: allowOverlap,
    request_id: booking.request,
  };
}

/** Return only the changed fields, so that another user's change of the rest stays. */
export function makeChangesBody(appointment: Appointment, allowOverlap: boolean): Body {
  const values = readBooking();
  const { start, minutes, staff, services, note, notify } = values;
  const isMoved = start.slice(0, 16) !== appointment.start.slice(0, 16);
  const hasNewServices = `${[...services].sort()}` !== `${[...appointment.services].sort()}`;
  const hasNewLength = minutes !== countElapsedMinutes(appointment);
  const body: Body = { version: appointment.version, notify };
  if (isMoved) body.appointment_time = start;
  if (hasNewServices) body.services = services;
  if (hasNewServices || hasNewLength) {
    body.end_time = isMoved ? computeEnd(values) : addMinutesToInstant(appointment.at, minutes);
  }
  if (staff !== appointment.staff) body.user = staff;
  if (note !== appointment.note) body.comment = note;
  if (isMoved || body.end_time || body.user) body.allow_overlap = allowOverlap;
  return body;
}
