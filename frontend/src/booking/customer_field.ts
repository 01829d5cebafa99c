// Choose the customer of a booking: one that was found, or a new one.
import { debounce, getElement } from "../kit/dom";
import { t } from "../kit/translate";
import type { Customer } from "../kit/types";
import { closeList, searchField, startSearch, TYPING_MS } from "./customer_search";
import { focusFirstField } from "./fields";
import { showError } from "./form_errors";

const nameField = getElement<HTMLInputElement>("book-new-name");
const phoneField = getElement<HTMLInputElement>("book-new-phone");

export interface CustomerEntry {
  chosen: Customer | null;
  isNew: boolean;
  search: string;
  name: string; // of a new customer
  phone: string;
}

export const EMPTY_CUSTOMER: CustomerEntry = { chosen: null, isNew: false, search: "", name: "", phone: "" };

let chosen: Customer | null = null;
let isNew = false;
let notifyChange: () => void = () => undefined;

export function startCustomerField(onChange: () => void): void {
  notifyChange = onChange;
  startSearch({ choose: chooseCustomer, enterNew: enterNewCustomer });
  nameField.addEventListener("input", debounce(TYPING_MS, onChange));
  phoneField.addEventListener("input", debounce(TYPING_MS, onChange));
  getElement("book-other").addEventListener("click", () => {
    fillCustomer({ ...readCustomer(), chosen: null, isNew: false });
    searchField.focus();
  });
}

export function readCustomer(): CustomerEntry {
  const [search, name, phone] = [searchField, nameField, phoneField].map((field) => field.value.trim());
  return { chosen, isNew, search: search ?? "", name: name ?? "", phone: phone ?? "" };
}

export function fillCustomer(entry: CustomerEntry): void {
  ({ chosen, isNew } = entry);
  [searchField.value, nameField.value, phoneField.value] = [entry.search, entry.name, entry.phone];
  getElement("book-chosen-name").textContent = chosen?.full_name ?? "";
  getElement("book-chosen-phone").textContent = chosen?.phone_number || t("no_number");
  showParts();
  notifyChange();
}

/** Show an error where neither a customer is chosen nor a name entered. Return whether one is. */
export function checkCustomer(): boolean {
  const { name } = readCustomer();
  if (!chosen && !name) showError("customer", t("choose_customer"));
  return chosen !== null || name !== "";
}

function showParts(): void {
  getElement("book-search").hidden = chosen !== null || isNew;
  getElement("book-chosen").hidden = chosen === null;
  getElement("book-new").hidden = !isNew;
  getElement("book-other").hidden = chosen === null && !isNew;
  closeList();
}

/** Choose a customer. The focus moves on, as the field that had it is hidden now. */
function chooseCustomer(customer: Customer): void {
  fillCustomer({ ...readCustomer(), chosen: customer, isNew: false });
  focusFirstField();
}

/** Enter a new customer, with the searched text as the number or the name. */
function enterNewCustomer(text: string): void {
  const isNumber = /^[\d+()\s./-]{3,}$/.test(text);
  const typed = isNumber ? { phone: text } : { name: text };
  fillCustomer({ ...readCustomer(), chosen: null, isNew: true, ...typed });
  (isNumber || !text ? nameField : phoneField).focus();
}
