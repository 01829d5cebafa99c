// Save the booking of the dialog: book a new appointment, or change an existing one.
import { checkCustomer, readCustomer } from "../booking/customer_field";
import { closeSaved, saveDraft, setBusy, startDialog } from "../booking/dialog";
import { deleteDraft } from "../booking/drafts";
import { checkFields, computeEnd, readBooking } from "../booking/fields";
import { clearErrors, focusFirstError, showAlert, showError } from "../booking/form_errors";
import { makeChangesBody, makeNewBody } from "../booking/request_body";
import { booking, markAsSent, renewRequest, setEdited } from "../booking/state";
import { showConflict } from "../calendar/conflict_dialog";
import { describeMessages } from "../calendar/message_status";
import { goToAppointment } from "../calendar/navigation";
import { runWithoutRefresh } from "../calendar/refresh";
import { describeOverlap, reloadAppointment, saveChanges, tryReadAppointment } from "../calendar/save";
import { ApiError, describeError, sendJson } from "../kit/api";
import { config, getStaffName } from "../kit/config";
import { formatDayAndTime, getLocalTime } from "../kit/local_time";
import { showToast } from "../kit/toast";
import { t } from "../kit/translate";
import type { Appointment } from "../kit/types";

let isSaving = false;

export function startBooking(): void {
  startDialog((allowOverlap) => void submitBooking(allowOverlap));
}

async function submitBooking(allowOverlap: boolean): Promise<void> {
  if (isSaving) return;
  // The button that allows an overlap stays: a second click must not press another one.
  if (!allowOverlap) clearErrors();
  const hasCustomer = booking.edited !== null || checkCustomer();
  if (checkFields() && hasCustomer) await saveBooking(allowOverlap);
  focusFirstError();
}

async function saveBooking(allowOverlap: boolean): Promise<void> {
  const { edited } = booking;
  setSaving(true);
  try {
    finishSaving(edited ? await changeAppointment(edited, allowOverlap) : await bookNew(allowOverlap), edited);
  } catch (error) {
    await showFailure(error);
  } finally {
    setSaving(false);
  }
}

/** Prevent a second request while a response is awaited. */
function setSaving(isNow: boolean): void {
  isSaving = isNow;
  setBusy(isNow);
}

function finishSaving(saved: Appointment, before: Appointment | null): void {
  closeSaved();
  goToAppointment(saved);
  const when = `${formatDayAndTime(saved.start)}, ${getStaffName(saved.staff)}`;
  showToast([t(before ? "saved" : "booked", { name: saved.name, when }), describeMessages(saved, before)]);
}

function bookNew(allowOverlap: boolean): Promise<Appointment> {
  return runWithoutRefresh(async () => {
    const { id } = await sendJson<{ id: number }>("POST", "/appointments/", makeNewBody(allowOverlap));
    const booked = await reloadAppointment(id);
    return booking.isSent ? reconcileBooked(booked, allowOverlap) : booked;
  });
}

function changeAppointment(appointment: Appointment, allowOverlap: boolean): Promise<Appointment> {
  return saveChanges(appointment.id, makeChangesBody(appointment, allowOverlap));
}

/** Change the booked appointment to the current input: the server may have stored an earlier request. */
function reconcileBooked(booked: Appointment, allowOverlap: boolean): Promise<Appointment> {
  const { chosen } = readCustomer();
  if (!chosen || chosen.id === booked.customer) return changeAppointment(booked, allowOverlap);
  deleteDraft(booking.request);
  renewRequest();
  const values = { name: booked.name, when: formatDayAndTime(booked.start) };
  throw new ApiError(409, "booked_before", t("booked_before", values));
}

/** Show why the booking was not saved, with the button that resolves it. */
async function showFailure(error: unknown): Promise<void> {
  if (!(error instanceof ApiError)) throw error;
  if (error.isOutcomeUnknown) markAsSent();
  saveDraft();
  clearErrors();
  if (error.code === "stale" && booking.edited) return resolveConflict(booking.edited);
  if (error.code === "overlap") return showAlert(await describeOverlap(error), "overlap");
  if (error.code === "signed_out") return showAlert(describeError(error), "sign_in");
  const fields = Object.entries(error.errors);
  for (const [field, [sentence]] of fields) {
    showError(field.replace("new_customer.", ""), sentence ?? error.message);
  }
  if (!fields.length) showAlert(error.isOutcomeUnknown ? t("not_sure_booked") : describeError(error));
}

/** Offer both versions. Without a difference the stored one is this change, whose response was lost. */
async function resolveConflict(seen: Appointment): Promise<void> {
  const values = readBooking();
  const { start, staff, services, note } = values;
  const end = getLocalTime(config.zone, new Date(computeEnd(values)));
  const stored = await tryReadAppointment(seen.id);
  if (!stored) return showAlert(t("gone"));
  const isConflict = showConflict(seen, { start, end, staff, services, note }, stored, () => {
    setEdited({ ...seen, version: stored.version });
    void submitBooking(false);
  });
  if (!isConflict) finishSaving(stored, seen);
}
