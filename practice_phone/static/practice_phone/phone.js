// Shows new texts without a reload: fetches the page again and swaps what is marked data-live.
"use strict";

const EVERY = 2000; // milliseconds
const live = document.querySelector("[data-live]");
const offline = document.querySelector(".offline");

function isAtEnd() {
  return live.scrollHeight - live.scrollTop - live.clientHeight < 40; // pixels
}

function toEnd() {
  if ("atEnd" in live.dataset) live.scrollTop = live.scrollHeight;
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(`HTTP ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (fresh.innerHTML === live.innerHTML) return;
  const follow = isAtEnd();
  live.replaceChildren(...fresh.childNodes);
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

toEnd();
setTimeout(keepFresh, EVERY);
