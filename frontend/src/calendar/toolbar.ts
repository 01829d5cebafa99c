// Draw the tools above the calendar: day, view, staff member, cancelled appointments.
import { config } from "../kit/config";
import { getElement, makeElement, makeIcon } from "../kit/dom";
import { addDays, formatDay, formatLongDay, formatTime, getLocalTime } from "../kit/local_time";
import { t } from "../kit/translate";
import type { ViewName } from "../kit/types";
import { goToDay, goToView, navigate } from "./navigation";
import { getNeighbourDay, getShownDays, getToday, isNarrow, isOneStaffShown } from "./store";
import { onChange, shown, updateShown } from "./store";
import { countCancelled, listColumns } from "./visible";

const dayPicker = getElement<HTMLInputElement>("pick-day");
const staffPicker = getElement<HTMLSelectElement>("pick-staff");
const cancelledToggle = getElement("show-cancelled");
const viewButtons = document.querySelectorAll<HTMLButtonElement>("[data-view]");

export function startToolbar(): void {
  getElement("go-today").addEventListener("click", () => goToDay(getToday()));
  getElement("go-back").addEventListener("click", () => goToDay(getNeighbourDay(-1)));
  getElement("go-on").addEventListener("click", () => goToDay(getNeighbourDay(1)));
  dayPicker.addEventListener("change", () => dayPicker.value && goToDay(dayPicker.value));
  staffPicker.addEventListener("change", () => navigate({ staff: Number(staffPicker.value) }));
  cancelledToggle.addEventListener("click", () => updateShown({ cancelled: !shown.cancelled }));
  for (const button of viewButtons) {
    button.addEventListener("click", () => goToView(button.dataset.view as ViewName));
  }
  isNarrow.addEventListener("change", () => navigate({}));
  onChange(drawToolbar);
  drawToolbar();
}

function drawToolbar(): void {
  drawDays();
  for (const button of viewButtons) {
    button.setAttribute("aria-pressed", String(button.dataset.view === shown.view));
  }
  drawStaffPicker();
  drawZoneNote();
  drawCancelledToggle();
}

function drawDays(): void {
  const { first, days } = getShownDays();
  const last = addDays(first, days - 1);
  const today = getToday();
  getElement("shown-days").textContent =
    days === 1 ? formatLongDay(first) : `${formatDay(first)} – ${formatDay(last)}`;
  dayPicker.value = shown.day;
  getElement("go-today").classList.toggle("is-now", first <= today && today <= last);
}

/** Draw the button that shows cancelled appointments, which take room in columns. */
function drawCancelledToggle(): void {
  const count = shown.view === "list" ? 0 : countCancelled();
  const label = t("cancelled_count", { count });
  const parts = [makeElement("span", {}, label), makeElement("b", {}, String(count))];
  cancelledToggle.hidden = !count;
  cancelledToggle.replaceChildren(makeIcon("cancelled"), ...parts);
  cancelledToggle.setAttribute("aria-label", label);
  cancelledToggle.setAttribute("aria-pressed", String(shown.cancelled));
}

function drawStaffPicker(): void {
  getElement("staff-field").hidden = !(isOneStaffShown() || shown.view === "list");
  const staff = config.staff.filter((member) => member.bookable || member.id === shown.staff);
  const options = staff.map(({ id, name }) => makeElement("option", { value: String(id) }, name));
  if (!isOneStaffShown()) options.unshift(makeElement("option", { value: "0" }, t("all_staff")));
  staffPicker.replaceChildren(...options);
  staffPicker.value = String(shown.staff);
  getElement("nobody").hidden = listColumns().length > 0 || config.staff.some((member) => member.bookable);
}

/** Show the salon's time where the browser's time differs from it. */
function drawZoneNote(): void {
  const browserTime = getLocalTime(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const salonTime = getLocalTime(config.zone);
  const note = getElement("zone-note");
  note.hidden = browserTime.slice(0, 16) === salonTime.slice(0, 16);
  note.textContent = t("zone_note", { zone: config.zone, time: formatTime(salonTime) });
}
