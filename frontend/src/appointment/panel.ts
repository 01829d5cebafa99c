// The side of the calendar: all about one visit. The server draws it; its buttons work here.
import { readHtml, describeError, ApiError, sendJson } from "../kit/api";
import { openEdit, openNext } from "../booking/dialog";
import { t } from "../kit/translate";
import { makeElement, getElement } from "../kit/dom";
import { showConflict } from "../calendar/conflict_dialog";
import { focusAppointment } from "../calendar/grid/focus";
import { pickUpAppointment } from "../calendar/keyboard_move";
import { runWithoutRefresh } from "../calendar/refresh";
import { reloadAppointment, removeMissing } from "../calendar/save";
import { findAppointment, onReload } from "../calendar/store";
import { showToast } from "../kit/toast";
import type { Appointment } from "../kit/types";
import { formatSpan } from "../kit/local_time";

const dialog = getElement<HTMLDialogElement>("panel");
const body = getElement("panel-body");
let open: Appointment | null = null; // as it is drawn: what its buttons speak of
let drawn = ""; // what the body was drawn from, to leave it alone while nothing changed
let turn = 0; // of the last reading: an older answer that comes late is not shown
let isOwed = false; // whether something done here is still to be shown
let doing: { url: string; until: Promise<void> } | null = null; // what is on its way to the server

export function startPanel(): void {
  body.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-do]");
    if (button) void act(button);
  });
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    void cancel(event.target as HTMLFormElement);
  });
  getElement("panel-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    if (open) focusAppointment(open.id);
    open = null;
  });
  onReload(() => void (open && redraw(open.id)));
}

/** Opens at once with what is known; the rest follows. */
export async function openPanel(visit: Appointment): Promise<void> {
  open = visit;
  [drawn, isOwed] = ["", false];
  const when = makeElement("p", {}, formatSpan(visit.start, visit.end));
  body.replaceChildren(makeElement("h2", {}, visit.name), when, makeElement("p", { class: "hint" }, t("loading")));
  if (!dialog.open) dialog.show();
  getElement("panel-close").focus({ preventScroll: true });
  await redraw(visit.id);
}

/** The news of others wait while something is typed: who presses the button then is shown both. */
async function redraw(id: number, isOwn = false): Promise<void> {
  const mine = ++turn;
  isOwed ||= isOwn;
  try {
    const html = await readHtml(`/calendar/visits/${id}/`);
    if (open?.id !== id || mine !== turn) return;
    const fresh = new DOMParser().parseFromString(html, "text/html").body;
    const canStay = isOwed && fresh.querySelector("details") !== null;
    isOwed = false;
    if (html === drawn || (drawn && formInUse() && !canStay)) return;
    drawn = html;
    const version = Number(fresh.querySelector<HTMLElement>("[data-version]")?.dataset.version);
    open = { ...(findAppointment(id) ?? open), version };
    show(fresh);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (open?.id !== id) return;
    if (error.status === 404) dialog.close();
    else if (!drawn) body.querySelector(".hint")?.replaceChildren(describeError(error));
  }
}

function formInUse(): HTMLDetailsElement | null {
  return body.querySelector<HTMLDetailsElement>("details[open]");
}

/** The keyboard stays where it was: at the same button, or at the way out when that is gone. */
function show(fresh: HTMLElement): void {
  const active = document.activeElement;
  const focused = body.contains(active) ? nameOf(active) : null;
  const kept = formInUse();
  if (kept) drawAround(kept, fresh);
  else body.replaceChildren(...Array.from(fresh.childNodes));
  if (focused === null || body.contains(active)) return;
  const same = [...body.querySelectorAll<HTMLElement>("a, button, summary")];
  (same.find((one) => nameOf(one) === focused) ?? getElement("panel-close")).focus({ preventScroll: true });
}

/** A form in which something is typed isn't touched; all around it is drawn anew. */
function drawAround(kept: HTMLElement, fresh: HTMLElement): void {
  const nodes = Array.from(fresh.childNodes);
  const place = nodes.findIndex((node) => node instanceof HTMLDetailsElement);
  for (const node of Array.from(body.childNodes)) if (node !== kept) node.remove();
  kept.before(...nodes.slice(0, place));
  kept.after(...nodes.slice(place + 1));
}

function nameOf(one: Element | null): string {
  return one?.textContent?.trim() ?? "";
}

async function act(button: HTMLButtonElement): Promise<void> {
  const visit = open;
  if (!visit) return;
  const name = button.dataset.do ?? "";
  if (name === "edit") return openEdit(visit);
  if (name === "move") return startMove(visit);
  if (name === "rebook") return rebook(visit);
  const url = button.dataset.url ?? "";
  if (name === "again") return tell(url, {}, "", () => t("sent_again"));
  return tell(url, {}, nameOf(button), done);
}

function startMove(visit: Appointment): void {
  dialog.close();
  pickUpAppointment(visit);
}

/** Another visit of the same customer, with the same person. */
async function rebook(visit: Appointment): Promise<void> {
  try {
    await openNext(visit.customer, visit.staff);
  } catch (error) {
    showToast([describeError(error)], "bad");
  }
}

async function cancel(form: HTMLFormElement): Promise<void> {
  if (!open) return;
  const typed = new FormData(form);
  const sent = { reason: typed.get("reason"), notify: typed.has("notify") };
  const wanted = form.dataset.becomes ?? "";
  await tell(form.dataset.url ?? "", sent, wanted, ({ name }) => {
    form.closest("details")?.removeAttribute("open"); // nothing typed is waited for any more
    return t("cancelled", { name });
  });
}

function done(visit: Appointment): string {
  return t("status_done", { name: visit.name, status: visit.status_label });
}

/** Does one thing after the other: what is pressed meanwhile waits, the same pressed twice is once. */
async function tell(
  url: string,
  sent: Record<string, unknown>,
  wanted: string,
  said: (now: Appointment) => string,
): Promise<void> {
  const asked = open?.id;
  while (doing) {
    if (doing.url === url) return;
    await doing.until;
  }
  if (!open || open.id !== asked) return;
  doing = { url, until: post(open, url, sent, wanted, said) };
  try {
    await doing.until;
  } finally {
    doing = null;
  }
  await redraw(asked, true);
}

/** POSTs about the visit as it is drawn, shows it as it is then, and says what was done. What was
 * typed stays until it is. `wanted` names the status, for who meets another's change. */
async function post(
  visit: Appointment,
  url: string,
  sent: Record<string, unknown>,
  wanted: string,
  said: (now: Appointment) => string,
): Promise<void> {
  body.setAttribute("aria-busy", "true");
  try {
    const versioned = wanted ? { ...sent, version: visit.version } : sent;
    const now = await runWithoutRefresh(async () => {
      await sendJson("POST", url, versioned);
      return reloadAppointment(visit.id);
    });
    if (open?.id === now.id) open = now; // one's own change is no news
    showToast([said(now)]);
  } catch (error) {
    await refused(visit, error, wanted, async (now) => {
      await post(now, url, sent, wanted, said);
      await redraw(now.id, true);
    });
  } finally {
    body.removeAttribute("aria-busy");
  }
}

async function refused(
  visit: Appointment,
  error: unknown,
  wanted: string,
  mine: (now: Appointment) => unknown,
): Promise<void> {
  if (error instanceof ApiError && error.status === 404) {
    dialog.close();
    return removeMissing(visit);
  }
  const now = await reloadAppointment(visit.id).catch(() => null);
  const isStale = error instanceof ApiError && error.code === "stale" && now;
  if (isStale && showConflict(visit, { status_label: wanted }, now, () => mine(now))) return;
  showToast([describeError(error)], "bad");
}
