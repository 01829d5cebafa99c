// Who comes: found while one types, or entered as someone new.
import { read } from "./api";
import { t } from "./config";
import { afterPause, make, part } from "./dom";
import type { Customer } from "./types";

const TYPING_MS = 180;
const MOST_FOUND = 8;

const input = part<HTMLInputElement>("book-customer");
const list = part("book-found");
const newName = part<HTMLInputElement>("book-new-name");
const newPhone = part<HTMLInputElement>("book-new-phone");

export const who = { chosen: null as Customer | null, isNew: false };
let changed: () => void = () => undefined;
let turn = 0;

export function startCustomerField(onChanged: () => void): void {
  changed = onChanged;
  input.addEventListener("input", afterPause(TYPING_MS, () => void search()));
  input.addEventListener("keydown", keys);
  input.addEventListener("blur", () => window.setTimeout(close, 150));
  newName.addEventListener("input", afterPause(TYPING_MS, changed));
  newPhone.addEventListener("input", afterPause(TYPING_MS, changed));
  part("book-other").addEventListener("click", () => reset());
}

/** Nobody chosen yet; what was typed into the search stays unless `isFresh`. */
export function reset(isFresh = false): void {
  who.chosen = null;
  who.isNew = false;
  if (isFresh) input.value = newName.value = newPhone.value = "";
  show();
  input.focus();
  changed();
}

export function choose(customer: Customer): void {
  who.chosen = customer;
  who.isNew = false;
  part("book-chosen-name").textContent = customer.full_name;
  part("book-chosen-phone").textContent = customer.phone_number || t("no_number");
  show();
  changed();
}

function enterNew(): void {
  const typed = input.value.trim();
  const isNumber = /^[\d+()\s./-]{3,}$/.test(typed);
  if (isNumber) newPhone.value = typed;
  else newName.value = typed;
  who.isNew = true;
  show();
  (isNumber || !typed ? newName : newPhone).focus();
  changed();
}

function show(): void {
  part("book-search").hidden = who.chosen !== null || who.isNew;
  part("book-chosen").hidden = who.chosen === null;
  part("book-new").hidden = !who.isNew;
  part("book-other").hidden = who.chosen === null && !who.isNew;
  close();
}

async function search(): Promise<void> {
  const text = input.value.trim();
  const mine = ++turn;
  if (!text) return close();
  const query = `search=${encodeURIComponent(text)}&page_size=${MOST_FOUND}`;
  const found = await read<{ results: Customer[] }>(`/customers/?${query}`).catch(() => null);
  if (mine !== turn || !found || who.chosen || who.isNew) return;
  const options = found.results.map((customer) => option(customer));
  if (!options.length) options.push(make("li", { class: "none" }, t("nobody_found")));
  const other = make("li", { role: "option" }, t("new_customer", { text }));
  other.addEventListener("mousedown", enterNew);
  list.replaceChildren(...options, other);
  number();
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  point(list.querySelector("[role=option]"));
}

function option(customer: Customer): HTMLElement {
  const phone = make("small", {}, customer.phone_number || t("no_number"));
  const line = make("li", { role: "option" }, make("b", {}, customer.full_name), " ", phone);
  line.addEventListener("mousedown", () => choose(customer));
  return line;
}

function number(): void {
  list.querySelectorAll("[role=option]").forEach((one, index) => (one.id = `book-found-${index}`));
}

function point(one: Element | null): void {
  list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  one?.setAttribute("aria-selected", "true");
  if (one) input.setAttribute("aria-activedescendant", one.id);
}

function close(): void {
  turn += 1;
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function keys(event: KeyboardEvent): void {
  if (list.hidden) return;
  const options = [...list.querySelectorAll("[role=option]")];
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (next !== undefined) point(options[(next + options.length) % options.length] ?? null);
  else if (event.key === "Enter") options[at]?.dispatchEvent(new MouseEvent("mousedown"));
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
