// The calendar page.
import "@event-calendar/core/index.css";
import "./calendar.css";
import { openAsked, startAsked } from "./open_from_url";
import { openNew, startBooking } from "../booking/dialog";
import { startGrid } from "../calendar/grid/grid";
import { startKeyboardMoves } from "../calendar/keyboard_move";
import { moveAppointment } from "../calendar/move";
import { showViewOfUrl } from "../calendar/navigation";
import { refresh, startRefreshing } from "../calendar/refresh";
import { startToolbar } from "../calendar/toolbar";
import { startKeys } from "./shortcuts";
import { openPanel, startPanel } from "../appointment/panel";

const asked = startAsked();
showViewOfUrl();
startGrid({
  book: openNew,
  open: (visit) => void openPanel(visit),
  move: (visit, start, end, staff) => void moveAppointment(visit, { start, end, staff }),
});
startToolbar();
startBooking();
startPanel();
startKeys();
startKeyboardMoves();
for (const button of document.querySelectorAll<HTMLElement>("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog")?.close());
}
void refresh().then(() => openAsked(asked));
startRefreshing();
