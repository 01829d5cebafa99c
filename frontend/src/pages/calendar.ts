// The calendar page.
import "@event-calendar/core/index.css";
import "./calendar.css";
import { openAsked, startAsked } from "./open_from_url";
import { openNew, startBooking } from "../booking/dialog";
import { draw } from "../calendar/grid/grid";
import { startCarrying } from "../calendar/keyboard_move";
import { startKeys } from "./shortcuts";
import { keepLoading, load } from "../calendar/refresh";
import { move } from "../calendar/move";
import { openPanel, startPanel } from "../appointment/panel";
import { readAddress, startToolbar } from "../calendar/toolbar";

const asked = startAsked();
readAddress();
draw({
  book: openNew,
  open: (visit) => void openPanel(visit),
  move: (visit, start, end, staff) => void move(visit, { start, end, staff }),
});
startToolbar();
startBooking();
startPanel();
startKeys();
startCarrying();
for (const button of document.querySelectorAll<HTMLElement>("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog")?.close());
}
void load().then(() => openAsked(asked));
keepLoading();
