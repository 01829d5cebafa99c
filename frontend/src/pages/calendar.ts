// Start the calendar page.
import "@event-calendar/core/index.css";
import "./calendar.css";
import { openPanel, startPanel } from "../appointment/panel";
import { startPanelActions } from "../appointment/panel_actions";
import { startBooking } from "../appointment/save_booking";
import { openNew } from "../booking/dialog";
import { deleteAllDrafts } from "../booking/drafts";
import { startGrid } from "../calendar/grid/grid";
import { startKeyboardMoves } from "../calendar/keyboard_move";
import { moveAppointment } from "../calendar/move";
import { showViewOfUrl } from "../calendar/navigation";
import { refresh, startRefreshing } from "../calendar/refresh";
import { startToolbar } from "../calendar/toolbar";
import { openFromUrl, takeUrlRequest } from "./open_from_url";
import { startShortcuts } from "./shortcuts";

const urlRequest = takeUrlRequest();
showViewOfUrl();
startGrid({
  book: openNew,
  open: (appointment) => void openPanel(appointment),
  move: (appointment, start, end, staff) => void moveAppointment(appointment, { start, end, staff }),
});
startToolbar();
startBooking();
startPanel();
startPanelActions();
startShortcuts();
startKeyboardMoves();
for (const button of document.querySelectorAll<HTMLElement>("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog")?.close());
}
document.querySelector(".account")?.addEventListener("submit", deleteAllDrafts); // on signing out
void refresh().then(() => openFromUrl(urlRequest));
startRefreshing();
