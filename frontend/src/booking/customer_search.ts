// Search customers while the user types, in a combobox: a text field with a list below it.
import { describeError, readJson } from "../kit/api";
import { debounce, getElement, makeElement } from "../kit/dom";
import { t } from "../kit/translate";
import type { Customer } from "../kit/types";

const BLUR_MS = 150; // a click on an option comes after the blur
export const TYPING_MS = 180;

export const searchField = getElement<HTMLInputElement>("book-customer");
const list = getElement("book-found");
let latestSearch = 0;

export interface SearchActions {
  choose: (customer: Customer) => void;
  enterNew: (text: string) => void;
}

export function startSearch(actions: SearchActions): void {
  searchField.addEventListener("input", debounce(TYPING_MS, () => void search(actions)));
  searchField.addEventListener("keydown", handleKey);
  searchField.addEventListener("blur", () => window.setTimeout(closeList, BLUR_MS));
}

async function search(actions: SearchActions): Promise<void> {
  const text = searchField.value.trim();
  const isChosen = getElement("book-search").hidden;
  if (!text || isChosen) return closeList();
  const thisSearch = ++latestSearch;
  const lines = await findCustomers(text, actions);
  if (thisSearch === latestSearch) openList([...lines, makeNewOption(text, actions)]);
}

/** Return an option for each customer found, or a line with the reason that there is none. */
async function findCustomers(text: string, actions: SearchActions): Promise<HTMLElement[]> {
  const url = `/calendar/customers/?q=${encodeURIComponent(text)}`;
  try {
    const { found } = (await readJson<{ found: Customer[] }>(url)) ?? { found: [] };
    return found.length ? found.map((customer) => makeOption(customer, actions)) : [makeNote(t("nobody_found"))];
  } catch (error) {
    return [makeNote(t("search_failed", { reason: describeError(error) }))];
  }
}

function makeNote(sentence: string): HTMLElement {
  return makeElement("li", { class: "none" }, sentence);
}

function makeOption(customer: Customer, { choose }: SearchActions): HTMLElement {
  const details = [customer.phone_number || t("no_number"), customer.hint].filter(Boolean).join(" · ");
  const [name, phone] = [makeElement("b", {}, customer.full_name), makeElement("small", {}, details)];
  const option = makeElement("li", { role: "option" }, name, " ", phone);
  runOnPress(option, () => choose(customer));
  return option;
}

function makeNewOption(text: string, { enterNew }: SearchActions): HTMLElement {
  const option = makeElement("li", { role: "option" }, t("new_customer", { text }));
  runOnPress(option, () => enterNew(searchField.value.trim()));
  return option;
}

function runOnPress(option: HTMLElement, run: () => void): void {
  option.addEventListener("mousedown", (event) => {
    event.preventDefault(); // keeps the click from moving the focus
    run();
  });
}

function listOptions(): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[role=option]")];
}

function openList(lines: HTMLElement[]): void {
  list.replaceChildren(...lines);
  listOptions().forEach((option, index) => (option.id = `book-found-${index}`));
  list.hidden = false;
  searchField.setAttribute("aria-expanded", "true");
  selectOption(listOptions()[0]);
}

function selectOption(option: HTMLElement | undefined): void {
  list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  searchField.setAttribute("aria-activedescendant", option.id);
}

/** Close the list, and drop the response of a search that is under way. */
export function closeList(): void {
  latestSearch += 1;
  list.hidden = true;
  searchField.setAttribute("aria-expanded", "false");
  searchField.removeAttribute("aria-activedescendant");
}

function handleKey(event: KeyboardEvent): void {
  if (list.hidden) return;
  const options = listOptions();
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (next !== undefined) selectOption(options[(next + options.length) % options.length]);
  else if (event.key === "Enter") options[at]?.dispatchEvent(new MouseEvent("mousedown", { cancelable: true }));
  else if (event.key === "Escape") closeList();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
