// The calendar page.
import "@event-calendar/core/index.css";
import "./calendar.css";
import { openNew, startBooking } from "./book";
import { draw } from "./grid";
import { openNamed, startKeys } from "./keys";
import { keepLoading, load } from "./live";
import { move } from "./move";
import { openPanel, startPanel } from "./panel";
import { readAddress, startToolbar } from "./toolbar";

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
for (const button of document.querySelectorAll<HTMLElement>("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog")?.close());
}
void load().then(openNamed);
keepLoading();
