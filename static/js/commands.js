// The list of commands: J and K move between rows, Enter opens one, the row keys (r, u, l, h, x) follow the row one is in,
// and the bar at the bottom counts what each of its buttons would do. The list asks again by itself: the current row, the
// focus and what is ticked stay, and it rests while a pointer is over a button or a sheet is open.
const region = () => document.getElementById("command-list");
const bar = document.getElementById("bulk");
const usesKeys = document.getElementById("shortcuts") !== null;
let here = null; // the id of the current row

const rows = () => [...(region()?.querySelectorAll("[data-rows] > li") ?? [])];
const current = () => (here ? document.getElementById(here) : null);

function enter(row) {
  if (!usesKeys || !row) return;
  const old = region().querySelector("li[data-current]");
  if (old && old !== row) {
    old.removeAttribute("data-current");
    for (const one of old.querySelectorAll("[data-row-key]")) one.removeAttribute("data-key");
  }
  here = row.id;
  row.setAttribute("data-current", "");
  for (const one of row.querySelectorAll("[data-row-key]")) one.dataset.key = one.dataset.rowKey;
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const row = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  enter(row);
  row?.focus();
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("#command-list [data-rows] > li");
  if (row) enter(row);
});

document.addEventListener("keydown", (event) => {
  const busy = event.target.closest?.("input:not([type=checkbox]), select, textarea") || document.querySelector("dialog[open]");
  if (!usesKeys || busy || event.metaKey || event.ctrlKey || event.altKey) return;
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (step) {
    event.preventDefault();
    move(step);
  } else if (event.key === "Enter" && event.target.matches("li[data-open]")) {
    location.assign(event.target.dataset.open);
  }
});

function tell() {
  if (!bar) return;
  const open = rows().filter((row) => row.querySelector("input[name=pick]"));
  const picked = open.filter((row) => row.querySelector("input[name=pick]").checked);
  const able = (name) => picked.filter((row) => row.dataset.can.split(" ").includes(name)).length;
  const total = document.createElement("b");
  total.textContent = `${picked.length} selected`;
  bar.querySelector("[data-effect]").replaceChildren(total);
  for (const button of bar.querySelectorAll("button[name=do], [data-for]")) {
    const number = able(button.value || button.dataset.for);
    button.hidden = number === 0;
    for (const count of button.querySelectorAll("[data-count]")) count.textContent = number;
  }
  const all = bar.querySelector("[data-all]");
  all.hidden = picked.length === open.length;
  all.textContent = `Select all ${open.length} of this page`;
}

// A refresh must not move a button away under the pointer, nor close what is being filled in.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt !== region()) return;
  const pressing = region().querySelector("button:hover, a:hover, input:hover, button:active");
  if (pressing || document.querySelector("dialog[open]")) event.preventDefault();
});

document.addEventListener("htmx:afterSettle", () => {
  const row = current();
  if (row && !row.hasAttribute("data-current")) enter(row);
  tell();
});

if (bar) {
  document.addEventListener("change", (event) => event.target.matches("input[name=pick]") && tell());
  bar.addEventListener("reset", () => setTimeout(tell));
  bar.querySelector("[data-all]").addEventListener("click", () => {
    for (const one of document.querySelectorAll("#command-list input[name=pick]")) one.checked = true;
    tell();
  });
  tell();
}
