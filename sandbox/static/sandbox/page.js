// The page works without this. It keeps the live parts fresh and shows how far a new world is.
"use strict";

const EVERY = 2000;
const live = () => document.querySelectorAll("[data-live]");

document.documentElement.classList.add("scripted");

// --- the live parts are taken from a fresh copy of this page

async function refresh() {
  const follow = document.getElementById("follow");
  if (document.hidden || !follow.checked) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of live()) {
    const now = fresh.getElementById(part.id);
    // Never under somebody's hands: a part with the focus inside waits for the next turn.
    const held = part.contains(document.activeElement) && part !== document.activeElement;
    if (now && !held && now.innerHTML !== part.innerHTML) part.innerHTML = now.innerHTML;
  }
}

async function keepFresh() {
  try {
    await refresh();
  } catch {
    // The sandbox is away for a moment; the next turn tries again.
  }
  setTimeout(keepFresh, EVERY);
}
setTimeout(keepFresh, EVERY);

// --- a new world, with its progress

async function showProgress(state) {
  const bar = document.getElementById("making-bar");
  const words = document.getElementById("making-words");
  while (!state.done) {
    const { making } = await (await fetch("world")).json();
    if (making && !state.done) {
      bar.value = Math.round(making.share * 100);
      words.textContent = `Making ${making.name}: ${making.step}`;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function makeWorld(event) {
  event.preventDefault();
  const form = event.currentTarget;
  form.querySelector("button").disabled = true;
  const box = document.getElementById("making");
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
  const state = { done: false };
  showProgress(state).catch(() => {});
  try {
    await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  } finally {
    state.done = true;
    location.assign(location.pathname);
  }
}
for (const form of document.querySelectorAll("form[data-world]")) form.addEventListener("submit", makeWorld);

// --- the options of the chosen kind of fault

const kind = document.getElementById("kind");
function suggest() {
  document.getElementById("options").placeholder = kind.selectedOptions[0].dataset.options || "none";
}
kind.addEventListener("change", suggest);
suggest();
