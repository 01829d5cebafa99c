// Show errors in the booking dialog: beside a field, or on top of the form.
import { getElement } from "../kit/dom";

const WRONG_FIELDS = ".wrong input, .wrong select, .wrong textarea";

export function clearErrors(): void {
  for (const place of document.querySelectorAll<HTMLElement>("#book [data-error]")) {
    place.textContent = "";
    place.closest(".field")?.classList.remove("wrong");
  }
  getElement("book-alert").hidden = true;
}

/** Show the sentence beside its field, or on top of the form where the field has no place for it. */
export function showError(field: string, sentence: string): void {
  const place = document.querySelector<HTMLElement>(`#book [data-error="${field}"]`);
  if (!place) return showAlert(sentence);
  place.textContent = sentence;
  place.closest(".field")?.classList.toggle("wrong", sentence !== "");
}

/** Show an error of the whole form, with the button that resolves it. */
export function showAlert(sentence: string, remedy?: "overlap" | "sign_in"): void {
  getElement("book-alert-text").textContent = sentence;
  getElement("book-anyway").hidden = remedy !== "overlap";
  getElement("book-sign-in").hidden = remedy !== "sign_in";
  getElement("book-alert").hidden = false;
  getElement("book-alert").scrollIntoView({ block: "nearest" });
}

export function focusFirstError(): void {
  getElement("book").querySelector<HTMLElement>(WRONG_FIELDS)?.focus();
}
