// The calendar page.
import "@event-calendar/core/index.css";
import "./calendar.css";
import { openAsked, startAsked } from "./asked";
import { openNew, startBooking } from "./book";
import { draw } from "./grid";
import { startCarrying } from "./keyboard";
import { startKeys } from "./keys";
import { keepLoading, load } from "./live";
import { move } from "./move";
import { openPanel, startPanel } from "./panel";
import { readAddress, startToolbar } from "./toolbar";

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
