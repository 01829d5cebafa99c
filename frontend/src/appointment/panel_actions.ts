// Run the buttons and the form of the panel: edit, move, rebook, change the status, cancel.
import { openEdit } from "../booking/dialog";
import { showConflict } from "../calendar/conflict_dialog";
import { pickUpAppointment } from "../calendar/keyboard_move";
import { runWithoutRefresh } from "../calendar/refresh";
import { reloadAppointment, removeMissing } from "../calendar/save";
import { ApiError, describeError, sendJson } from "../kit/api";
import { showToast } from "../kit/toast";
import { t } from "../kit/translate";
import type { Appointment } from "../kit/types";
import { openBookingFor } from "./open_booking";
import { closePanel, getLabel, getOpenAppointment, panelBody } from "./panel";
import { redrawPanel, updateOpenAppointment } from "./panel";

interface PanelAction {
  url: string;
  data: Record<string, unknown>;
  status: string; // the label of the new status, for the conflict dialog; "" where it stays
  describe: (changed: Appointment) => string;
  onSuccess?: () => void;
}

let running: { url: string; finished: Promise<void> } | null = null;

export function startPanelActions(): void {
  panelBody.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-do]");
    const appointment = getOpenAppointment();
    if (button && appointment) void handleButton(button, appointment);
  });
  panelBody.addEventListener("submit", (event) => {
    event.preventDefault();
    void cancelAppointment(event.target as HTMLFormElement);
  });
}

async function handleButton(button: HTMLButtonElement, appointment: Appointment): Promise<void> {
  const { do: name = "", url = "" } = button.dataset;
  if (name === "edit") return openEdit(appointment);
  if (name === "move") return startMove(appointment);
  if (name === "rebook") return rebook(appointment);
  if (name === "again") return runAction({ url, data: {}, status: "", describe: () => t("sent_again") });
  return runAction({ url, data: {}, status: getLabel(button), describe: describeStatus });
}

function describeStatus({ name, status_label }: Appointment): string {
  return t("status_done", { name, status: status_label });
}

function startMove(appointment: Appointment): void {
  closePanel();
  pickUpAppointment(appointment);
}

/** Book another appointment of the same customer, with the same staff member. */
async function rebook({ customer, staff }: Appointment): Promise<void> {
  try {
    await openBookingFor(customer, staff);
  } catch (error) {
    showToast([describeError(error)], "bad");
  }
}

async function cancelAppointment(form: HTMLFormElement): Promise<void> {
  const typed = new FormData(form);
  await runAction({
    url: form.dataset.url ?? "",
    data: { reason: typed.get("reason"), notify: typed.has("notify") },
    status: form.dataset.becomes ?? "",
    describe: ({ name }) => t("cancelled", { name }),
    onSuccess: () => form.closest("details")?.removeAttribute("open"), // nothing typed is kept any more
  });
}

/** Run one action after the other. The same one pressed twice runs once. */
async function runAction(action: PanelAction): Promise<void> {
  const id = getOpenAppointment()?.id;
  while (running) {
    if (running.url === action.url) return;
    await running.finished;
  }
  const appointment = getOpenAppointment();
  if (!appointment || appointment.id !== id) return;
  running = { url: action.url, finished: postAction(appointment, action) };
  try {
    await running.finished;
  } finally {
    running = null;
  }
  await redrawPanel(id, true);
}

/** Post an action on the appointment as it is drawn, and announce the result. */
async function postAction(appointment: Appointment, action: PanelAction): Promise<void> {
  const { url, data, status } = action;
  panelBody.setAttribute("aria-busy", "true");
  try {
    const changed = await runWithoutRefresh(async () => {
      await sendJson("POST", url, status ? { ...data, version: appointment.version } : data);
      return reloadAppointment(appointment.id);
    });
    updateOpenAppointment(changed);
    action.onSuccess?.();
    showToast([action.describe(changed)]);
  } catch (error) {
    await showFailure(appointment, action, error);
  } finally {
    panelBody.removeAttribute("aria-busy");
  }
}

/** Show why the action failed; after another's change offer to run it all the same. */
async function showFailure(seen: Appointment, action: PanelAction, error: unknown): Promise<void> {
  if (error instanceof ApiError && error.status === 404) {
    closePanel();
    return removeMissing(seen);
  }
  const stored = await reloadAppointment(seen.id).catch(() => null);
  if (stored && error instanceof ApiError && error.code === "stale") {
    const wanted = { status_label: action.status };
    if (showConflict(seen, wanted, stored, () => repeatAction(stored, action))) return;
  }
  showToast([describeError(error)], "bad");
}

async function repeatAction(appointment: Appointment, action: PanelAction): Promise<void> {
  await postAction(appointment, action);
  await redrawPanel(appointment.id, true);
}
