// Show short messages at the edge of the screen, each with at most one action.
import { makeElement, makeIcon, getElement } from "./dom";
import { t } from "./translate";

const SHOWN_MS = 9000;
const container = getElement("toasts");

export interface Action {
  label: string;
  run: () => void;
}

export function showToast(sentences: string[], tone: "good" | "bad" = "good", action?: Action): void {
  const toast = makeElement("div", { class: `toast ${tone}` }, makeIcon(tone === "good" ? "check" : "alert"));
  const text = makeElement("div", { class: "toast-text" });
  for (const sentence of sentences) text.append(makeElement("p", {}, sentence));
  toast.append(text);
  const remove = () => toast.remove();
  if (action) toast.append(makeActionButton(action, remove));
  toast.append(makeCloseButton(remove));
  container.replaceChildren(...Array.from(container.children).slice(-1), toast);
  removeLater(toast, action ? SHOWN_MS * 2 : SHOWN_MS);
}

/** Remove the toast after `ms`, or later while the pointer or the keyboard is on it. */
function removeLater(toast: HTMLElement, ms: number): void {
  window.setTimeout(() => (toast.matches(":hover, :focus-within") ? removeLater(toast, ms) : toast.remove()), ms);
}

/** Press the action button of the newest toast that has one. */
export function runNewestAction(): void {
  const buttons = container.querySelectorAll<HTMLButtonElement>("button:not(.quiet)");
  buttons[buttons.length - 1]?.click();
}

function makeActionButton(action: Action, remove: () => void): HTMLButtonElement {
  const button = makeElement("button", { type: "button" }, action.label);
  button.addEventListener("click", () => {
    remove();
    action.run();
  });
  return button;
}

function makeCloseButton(remove: () => void): HTMLButtonElement {
  const attributes = { type: "button", class: "quiet", "aria-label": t("close") };
  const button = makeElement("button", attributes, makeIcon("cross"));
  button.addEventListener("click", remove);
  return button;
}
