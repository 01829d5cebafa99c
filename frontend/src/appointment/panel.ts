// Show the details of one appointment beside the calendar. The server renders it; panel_actions.ts runs
// its buttons.
import { focusAppointment } from "../calendar/grid/focus";
import { findAppointment, onReload } from "../calendar/store";
import { ApiError, describeError, readHtml } from "../kit/api";
import { getElement, makeElement } from "../kit/dom";
import { formatSpan } from "../kit/local_time";
import { t } from "../kit/translate";
import type { Appointment } from "../kit/types";

const dialog = getElement<HTMLDialogElement>("panel");
export const panelBody = getElement("panel-body");
let open: Appointment | null = null; // as it is drawn: the one that the buttons change
let drawnHtml = ""; // to leave the panel alone while nothing has changed
let latestRequest = 0; // an older response that arrives late is not shown
let hasOwnChange = false; // whether a change made here is not drawn yet

export function startPanel(): void {
  getElement("panel-close").addEventListener("click", closePanel);
  dialog.addEventListener("close", () => {
    if (open) focusAppointment(open.id);
    open = null;
  });
  onReload(() => void (open && redrawPanel(open.id)));
}

/** Open the panel at once with the known details, then read and draw the rest. */
export async function openPanel(appointment: Appointment): Promise<void> {
  const { id, name, start, end } = appointment;
  open = appointment;
  [drawnHtml, hasOwnChange] = ["", false];
  const time = makeElement("p", {}, formatSpan(start, end));
  const hint = makeElement("p", { class: "hint" }, t("loading"));
  panelBody.replaceChildren(makeElement("h2", {}, name), time, hint);
  if (!dialog.open) dialog.show();
  getElement("panel-close").focus({ preventScroll: true });
  await redrawPanel(id);
}

export function closePanel(): void {
  dialog.close();
}

export function getOpenAppointment(): Appointment | null {
  return open;
}

/** Take over a newer version of the open appointment, so that the user's own change is no conflict. */
export function updateOpenAppointment(appointment: Appointment): void {
  if (open?.id === appointment.id) open = appointment;
}

/** Read the panel again and draw it, unless another was opened or read meanwhile. */
export async function redrawPanel(id: number, isOwnChange = false): Promise<void> {
  const request = ++latestRequest;
  hasOwnChange ||= isOwnChange;
  try {
    const html = await readHtml(`/calendar/visits/${id}/`);
    if (open?.id === id && request === latestRequest) drawPanel(open, html);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (open?.id === id) showReadError(error);
  }
}

function showReadError(error: ApiError): void {
  if (error.status === 404) closePanel();
  else if (!drawnHtml) panelBody.querySelector(".hint")?.replaceChildren(describeError(error));
}

/** Draw the panel. Others' changes wait while a form is open; submitting it shows the conflict. */
function drawPanel(appointment: Appointment, html: string): void {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const canKeepForm = hasOwnChange && fresh.querySelector("details") !== null;
  hasOwnChange = false;
  if (html === drawnHtml || (drawnHtml && findOpenForm() && !canKeepForm)) return;
  drawnHtml = html;
  const version = Number(fresh.querySelector<HTMLElement>("[data-version]")?.dataset.version);
  open = { ...(findAppointment(appointment.id) ?? appointment), version };
  replaceBody(fresh);
}

function findOpenForm(): HTMLDetailsElement | null {
  return panelBody.querySelector<HTMLDetailsElement>("details[open]");
}

/** Replace the body, and keep the focus on the same button, or on the close button without it. */
function replaceBody(fresh: HTMLElement): void {
  const active = document.activeElement;
  const focusedLabel = panelBody.contains(active) ? getLabel(active) : null;
  const form = findOpenForm();
  if (form) replaceAround(form, fresh);
  else panelBody.replaceChildren(...Array.from(fresh.childNodes));
  if (focusedLabel === null || panelBody.contains(active)) return;
  const elements = [...panelBody.querySelectorAll<HTMLElement>("a, button, summary")];
  const same = elements.find((element) => getLabel(element) === focusedLabel);
  (same ?? getElement("panel-close")).focus({ preventScroll: true });
}

/** Replace everything around a form, which keeps its input. */
function replaceAround(form: HTMLElement, fresh: HTMLElement): void {
  const nodes = Array.from(fresh.childNodes);
  const index = nodes.findIndex((node) => node instanceof HTMLDetailsElement);
  for (const node of Array.from(panelBody.childNodes)) if (node !== form) node.remove();
  form.before(...nodes.slice(0, index));
  form.after(...nodes.slice(index + 1));
}

export function getLabel(element: Element | null): string {
  return element?.textContent?.trim() ?? "";
}
