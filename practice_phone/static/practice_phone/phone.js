// Shows new texts without a reload: fetches the page again and swaps what is marked data-live. Times,
// which the server writes in UTC, are shown on the clock of whoever reads.
"use strict";

const EVERY = 2000; // milliseconds
const live = document.querySelector("[data-live]");
const offline = document.querySelector(".offline");
const day = { weekday: "short", day: "numeric", month: "short" };
const minutes = { ...day, hour: "numeric", minute: "2-digit", timeZoneName: "short" };
const language = document.documentElement.lang;
const toMinutes = new Intl.DateTimeFormat(language, minutes);
const toSeconds = new Intl.DateTimeFormat(language, { ...minutes, second: "2-digit" });
let written = live.innerHTML; // by the server

function isAtEnd() {
  return live.scrollHeight - live.scrollTop - live.clientHeight < 40; // pixels
}

function toEnd() {
  if ("atEnd" in live.dataset) live.scrollTop = live.scrollHeight;
}

function showTimes() {
  for (const time of live.querySelectorAll("time")) {
    const format = "seconds" in time.dataset ? toSeconds : toMinutes;
    time.textContent = format.format(new Date(time.dateTime));
  }
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(`HTTP ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (fresh.innerHTML === written) return;
  written = fresh.innerHTML;
  const follow = isAtEnd();
  live.replaceChildren(...fresh.childNodes);
  showTimes();
  if (follow) toEnd();
}

async function keepFresh() {
  if (!document.hidden) {
    try {
      await refresh();
      offline.hidden = true;
    } catch {
      offline.hidden = false;
    }
  }
  setTimeout(keepFresh, EVERY);
}

showTimes();
toEnd();
setTimeout(keepFresh, EVERY);
