// Keep the calendar up to date: read the shown days, and again every few seconds.
import { ApiError, readJson } from "../kit/api";
import { config } from "../kit/config";
import { getElement } from "../kit/dom";
import { t } from "../kit/translate";
import type { AppointmentList } from "../kit/types";
import { getShownDays, replaceAppointments } from "./store";

const INTERVAL_MS = 4000;
let loadedUrl = "";
let loadedStamp = ""; // the server's version of the loaded days
let pauses = 0;
let latestRequest = 0;

/** Pause refreshing while `work` runs; refresh right after it. */
export async function runWithoutRefresh<T>(work: () => Promise<T>): Promise<T> {
  pauseRefresh();
  try {
    return await work();
  } finally {
    resumeRefresh();
  }
}

/** Pause refreshing, which would redraw an appointment while it is moved or saved. */
export function pauseRefresh(): void {
  pauses += 1;
}

export function resumeRefresh(): void {
  pauses -= 1;
  if (!pauses) window.setTimeout(() => void (pauses || refresh()));
}

export async function refresh(): Promise<void> {
  const { first, days } = getShownDays();
  const url = `/calendar/events/?start=${first}&days=${days}`;
  const request = ++latestRequest;
  try {
    const isKnown = url === loadedUrl && loadedStamp;
    const list = await readJson<AppointmentList>(isKnown ? `${url}&seen=${loadedStamp}` : url);
    getElement("offline").hidden = getElement("signed-out").hidden = true;
    if (!list || request !== latestRequest || pauses) return;
    if (isPageOutdated(list)) return reloadPage();
    [loadedUrl, loadedStamp] = [url, list.stamp];
    replaceAppointments(list.events);
  } catch (error) {
    showConnectionError(error);
  }
}

/** Return whether the salon's offset has changed or somebody else has signed in. */
function isPageOutdated({ offset, me }: AppointmentList): boolean {
  return offset !== config.offset || me !== config.me;
}

/** Reload the page, unless a dialog is open: a later refresh reloads it then. */
function reloadPage(): void {
  if (!document.querySelector("dialog:modal")) window.location.reload();
}

function showConnectionError(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  const isSignedOut = error.code === "signed_out";
  getElement("offline").textContent = t("offline");
  getElement("offline").hidden = isSignedOut;
  getElement("signed-out").hidden = !isSignedOut;
}

/** Refresh at each interval, and when the tab comes to the front. */
export function startRefreshing(): void {
  window.setTimeout(() => void refreshAndRepeat(), INTERVAL_MS);
  document.addEventListener("visibilitychange", () => void (document.hidden || refresh()));
}

async function refreshAndRepeat(): Promise<void> {
  const isDragging = document.querySelector(".ec-dragging, .ec-resizing-y") !== null;
  if (!document.hidden && !pauses && !isDragging) await refresh();
  window.setTimeout(() => void refreshAndRepeat(), INTERVAL_MS);
}
