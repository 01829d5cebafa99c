// Short news at the edge of the screen, read out, with at most one thing to do.
import { icon, make, part } from "./dom";
import { t } from "./config";

const SHOWN_MS = 9000;
const shelf = part("toasts");

export interface Action {
  label: string;
  run: () => void;
}

export function toast(sentences: string[], tone: "good" | "bad" = "good", action?: Action): void {
  const box = make("div", { class: `toast ${tone}` }, icon(tone === "good" ? "check" : "alert"));
  const text = make("div", { class: "toast-text" });
  for (const sentence of sentences) text.append(make("p", {}, sentence));
  box.append(text);
  const remove = () => box.remove();
  if (action) box.append(actionButton(action, remove));
  const close = make("button", { type: "button", class: "quiet", "aria-label": t("close") }, icon("cross"));
  close.addEventListener("click", remove);
  box.append(close);
  shelf.replaceChildren(...Array.from(shelf.children).slice(-1), box);
  removeLater(box, action ? SHOWN_MS * 2 : SHOWN_MS);
}

/** Not while somebody is at it. */
function removeLater(box: HTMLElement, ms: number): void {
  window.setTimeout(() => (box.matches(":hover, :focus-within") ? removeLater(box, ms) : box.remove()), ms);
}

/** Presses the button of the newest piece of news that has one. */
export function runNewest(): void {
  const buttons = shelf.querySelectorAll<HTMLButtonElement>("button:not(.quiet)");
  buttons[buttons.length - 1]?.click();
}

function actionButton(action: Action, remove: () => void): HTMLButtonElement {
  const button = make("button", { type: "button" }, action.label);
  button.addEventListener("click", () => {
    remove();
    action.run();
  });
  return button;
}
