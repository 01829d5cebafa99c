// Read the configuration that the server writes into the page.
import type { Config } from "./types";

const element = document.getElementById("config");
export const config = JSON.parse(element?.textContent ?? "{}") as Config;

export function getStaffName(id: number): string {
  return config.staff.find((member) => member.id === id)?.name ?? "";
}

/** Return the URL of a symbol of icons.svg. */
export function getIconUrl(name: string): string {
  return `${document.body.dataset.icons ?? ""}#${name}`;
}
