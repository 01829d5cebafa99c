// Keeping the screen as the book is: read it, and ask every few seconds whether it changed.
import { readJson, ApiError } from "../kit/api";
import { config } from "../kit/config";
import { t } from "../kit/translate";
import { getElement } from "../kit/dom";
import { replaceAll, span } from "./store";
import type { AppointmentList } from "../kit/types";

const EVERY_MS = 4000;
let stamp = "";
let key = "";
let pauses = 0;
let turn = 0;
const listeners: (() => void)[] = [];

/** Called whenever the book was read anew. */
export function onNews(listener: () => void): void {
  listeners.push(listener);
}

/** While something is dragged or being saved, news would pull it away; they come right after. */
export async function without<T>(work: () => Promise<T>): Promise<T> {
  hold(true);
  try {
    return await work();
  } finally {
    hold(false);
  }
}

export function hold(isHeld: boolean): void {
  pauses += isHeld ? 1 : -1;
  if (!pauses) window.setTimeout(() => void (pauses || load()));
}

export async function load(): Promise<void> {
  const { first, days } = span();
  const url = `/calendar/events/?start=${first}&days=${days}`;
  const mine = ++turn;
  try {
    const news = await readJson<AppointmentList>(url === key && stamp ? `${url}&seen=${stamp}` : url);
    getElement("offline").hidden = getElement("signed-out").hidden = true;
    if (!news || mine !== turn || pauses) return;
    if (isOtherPage(news)) return;
    [key, stamp] = [url, news.stamp];
    replaceAll(news.events);
    for (const listener of listeners) listener();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    getElement("offline").textContent = t("offline");
    getElement("offline").hidden = error.code === "signed_out";
    getElement("signed-out").hidden = error.code !== "signed_out";
  }
}

/** The clocks were changed, or somebody else signed in: the page is read anew, once nothing is open. */
function isOtherPage({ offset, me }: AppointmentList): boolean {
  const isOther = offset !== config.offset || me !== config.me;
  if (isOther && !document.querySelector("dialog:modal")) window.location.reload();
  return isOther;
}

export function keepLoading(): void {
  const again = async () => {
    const isDragging = document.querySelector(".ec-dragging, .ec-resizing-y") !== null;
    if (!document.hidden && !pauses && !isDragging) await load();
    window.setTimeout(() => void again(), EVERY_MS);
  };
  window.setTimeout(() => void again(), EVERY_MS);
  document.addEventListener("visibilitychange", () => void (document.hidden || load()));
}
