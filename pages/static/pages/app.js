// Comforts for the pages; each of them works without this file.
"use strict";

const REFRESH_MS = 5000;
const TYPING_MS = 250;

async function fragment(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return null; // signed out, or the appointment is gone
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// How far the texts have come: every part marked data-live takes the place of the one shown.
function keepFresh(source) {
  async function refresh() {
    if (!document.hidden) {
      try {
        const fresh = await fragment(source.dataset.liveFrom);
        if (!fresh) return;
        fresh.querySelectorAll("[data-live]").forEach(replace);
      } catch {
        // The server can't be reached now; the next round tries again.
      }
    }
    setTimeout(refresh, REFRESH_MS);
  }
  setTimeout(refresh, REFRESH_MS / 5);
}

function replace(part) {
  const shown = document.getElementById(part.id);
  if (shown && shown.innerHTML !== part.innerHTML) {
    shown.replaceChildren(...Array.from(part.childNodes, (node) => document.importNode(node, true)));
  }
}

// Customers appear while one types; what was ticked goes when the list does.
function findWhileTyping(box) {
  const input = box.querySelector("input");
  const found = document.getElementById("found");
  let timer;
  let latest = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const turn = ++latest;
      const url = `${box.dataset.find}?q=${encodeURIComponent(input.value)}`;
      const fresh = await fragment(url).catch(() => null);
      if (fresh && turn === latest) found.replaceChildren(...Array.from(fresh.body.childNodes));
    }, TYPING_MS);
  });
}

// The calendar's dialog books with less typing than the form, which needs no script.
document.querySelectorAll("a[data-book]").forEach((link) => {
  if (link.dataset.book) link.href = link.dataset.book;
});
document.querySelectorAll("[data-live-from]").forEach(keepFresh);
document.querySelectorAll("[data-find]").forEach(findWhileTyping);
