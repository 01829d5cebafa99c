// Who comes: found while one types, or entered as someone new.
import { readJson, describeError } from "../kit/api";
import { t } from "../kit/translate";
import { debounce, makeElement, getElement } from "../kit/dom";
import type { Customer } from "../kit/types";

const TYPING_MS = 180;

const input = getElement<HTMLInputElement>("book-customer");
const list = getElement("book-found");
const newName = getElement<HTMLInputElement>("book-new-name");
const newPhone = getElement<HTMLInputElement>("book-new-phone");

export interface Who {
  chosen: Customer | null;
  isNew: boolean;
  search: string;
  name: string; // of somebody new
  phone: string;
}

const state = { chosen: null as Customer | null, isNew: false };
let changed: () => void = () => undefined;
let turn = 0;

export function startCustomerField(onChanged: () => void): void {
  changed = onChanged;
  input.addEventListener("input", debounce(TYPING_MS, () => void search()));
  input.addEventListener("keydown", keys);
  input.addEventListener("blur", () => window.setTimeout(close, 150));
  newName.addEventListener("input", debounce(TYPING_MS, changed));
  newPhone.addEventListener("input", debounce(TYPING_MS, changed));
  getElement("book-other").addEventListener("click", () => {
    setWho({ ...who(), chosen: null, isNew: false });
    input.focus();
  });
}

export const nobody: Who = { chosen: null, isNew: false, search: "", name: "", phone: "" };

export function who(): Who {
  const name = newName.value.trim();
  return { ...state, search: input.value.trim(), name, phone: newPhone.value.trim() };
}

export function setWho(wanted: Who): void {
  [state.chosen, state.isNew] = [wanted.chosen, wanted.isNew];
  [input.value, newName.value, newPhone.value] = [wanted.search, wanted.name, wanted.phone];
  getElement("book-chosen-name").textContent = wanted.chosen?.full_name ?? "";
  getElement("book-chosen-phone").textContent = wanted.chosen?.phone_number || t("no_number");
  show();
  changed();
}

function choose(customer: Customer): void {
  setWho({ ...who(), chosen: customer, isNew: false });
  const next = document.querySelector<HTMLElement>("#book-services label:not([hidden]) input");
  (next ?? getElement("book-date")).focus(); // the field that was typed into is gone
}

function enterNew(): void {
  const typed = input.value.trim();
  const isNumber = /^[\d+()\s./-]{3,}$/.test(typed);
  setWho({ ...who(), chosen: null, isNew: true, ...(isNumber ? { phone: typed } : { name: typed }) });
  (isNumber || !typed ? newName : newPhone).focus();
}

function show(): void {
  getElement("book-search").hidden = state.chosen !== null || state.isNew;
  getElement("book-chosen").hidden = state.chosen === null;
  getElement("book-new").hidden = !state.isNew;
  getElement("book-other").hidden = state.chosen === null && !state.isNew;
  close();
}

async function search(): Promise<void> {
  const text = input.value.trim();
  const mine = ++turn;
  if (!text) return close();
  let lines: HTMLElement[];
  try {
    const found = await readJson<{ found: Customer[] }>(`/calendar/customers/?q=${encodeURIComponent(text)}`);
    lines = found?.found.map(option) ?? [];
    if (!lines.length) lines = [makeElement("li", { class: "none" }, t("nobody_found"))];
  } catch (error) {
    lines = [makeElement("li", { class: "none" }, t("search_failed", { reason: describeError(error) }))];
  }
  if (mine === turn && !state.chosen && !state.isNew) offer(text, lines);
}

function offer(text: string, lines: HTMLElement[]): void {
  const other = makeElement("li", { role: "option" }, t("new_customer", { text }));
  other.addEventListener("mousedown", (event) => {
    event.preventDefault();
    enterNew();
  });
  list.replaceChildren(...lines, other);
  list.querySelectorAll("[role=option]").forEach((one, index) => (one.id = `book-found-${index}`));
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  point(list.querySelector("[role=option]"));
}

function option(customer: Customer): HTMLElement {
  const phone = makeElement("small", {}, [customer.phone_number || t("no_number"), customer.hint].filter(Boolean).join(" · "));
  const line = makeElement("li", { role: "option" }, makeElement("b", {}, customer.full_name), " ", phone);
  line.addEventListener("mousedown", (event) => {
    event.preventDefault(); // or the click would take the focus away again
    choose(customer);
  });
  return line;
}

function point(one: Element | null): void {
  list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  one?.setAttribute("aria-selected", "true");
  one?.scrollIntoView({ block: "nearest" });
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
  else if (event.key === "Enter") options[at]?.dispatchEvent(new MouseEvent("mousedown", { cancelable: true }));
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
