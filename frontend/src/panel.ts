// The side of the calendar: all about one visit. The server draws it; its buttons work here.
import { readHtml, reason, Refused, write } from "./api";
import { openEdit } from "./book";
import { t } from "./config";
import { part } from "./dom";
import { grab } from "./keyboard";
import { onNews, without } from "./live";
import { again } from "./move";
import { focus } from "./grid";
import { visits } from "./store";
import { toast } from "./toast";
import type { Visit } from "./types";

const dialog = part<HTMLDialogElement>("panel");
const body = part("panel-body");
let open: Visit | null = null;
let drawn = ""; // what the body was drawn from, to leave it alone while nothing changed

export function startPanel(): void {
  body.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-do]");
    if (button) void act(button);
  });
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    void cancel(event.target as HTMLFormElement);
  });
  part("panel-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    if (open) focus(open.id);
    open = null;
  });
  onNews(() => void (open && redraw(open.id)));
}

export async function openPanel(visit: Visit): Promise<void> {
  open = visit;
  drawn = "";
  await redraw(visit.id);
  if (!dialog.open) dialog.show();
  part("panel-close").focus({ preventScroll: true });
}

async function redraw(id: number): Promise<void> {
  try {
    const html = await readHtml(`/calendar/visits/${id}/`);
    const isBeingTyped = drawn !== "" && body.querySelector("details[open]") !== null;
    if (open?.id !== id || html === drawn || isBeingTyped) return;
    drawn = html;
    const fresh = new DOMParser().parseFromString(html, "text/html");
    body.replaceChildren(...Array.from(fresh.body.childNodes));
  } catch (error) {
    if (error instanceof Refused && error.status === 404) dialog.close();
  }
}

async function act(button: HTMLButtonElement): Promise<void> {
  const visit = open && visits.get(open.id);
  if (!visit) return;
  const name = button.dataset.do ?? "";
  if (name === "edit") return openEdit(visit);
  if (name === "move") return startMove(visit);
  const url = button.dataset.url ?? "";
  if (name === "again") return tell(visit, url, {}, () => t("sent_again"));
  return tell(visit, url, { version: visit.version }, done);
}

function startMove(visit: Visit): void {
  dialog.close();
  grab(visit);
}

function cancel(form: HTMLFormElement): Promise<void> {
  const visit = open && visits.get(open.id);
  if (!visit) return Promise.resolve();
  const typed = new FormData(form);
  form.closest("details")?.removeAttribute("open");
  const sent = { version: visit.version, reason: typed.get("reason"), notify: typed.has("notify") };
  return tell(visit, form.dataset.url ?? "", sent, ({ name }) => t("cancelled", { name }));
}

function done(visit: Visit): string {
  return t("status_done", { name: visit.name, status: visit.status_label });
}

/** POSTs, then shows visit and panel as they are now, and says what was done. */
async function tell(
  visit: Visit,
  url: string,
  sent: Record<string, unknown>,
  said: (now: Visit) => string,
): Promise<void> {
  try {
    const now = await without(async () => {
      await write("POST", url, sent);
      return again(visit.id);
    });
    toast([said(now)]);
  } catch (error) {
    toast([reason(error)], "bad");
    await again(visit.id).catch(() => dialog.close());
  }
  await redraw(visit.id);
}
