// The list of commands: J and K move between rows, Enter opens one, the row keys (r, u, l, h, x) follow the row one is in,
// and the bar at the bottom counts what each of its buttons would do. The list asks again by itself: the current row, the
// focus and what is ticked stay, and it rests while a pointer is over a button or a sheet is open.
import { follow, usesKeys } from "./rows.js";
import { resting } from "./resting.js";

const region = () => document.getElementById("command-list");
const bar = document.getElementById("bulk");
const { rows, current, enter } = follow("#command-list [data-rows] > li");
let here; // the id of the row that is current before the list is swapped

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !usesKeys || resting(event)) return;
  if (event.target.matches("li[data-open]")) location.assign(event.target.dataset.open);
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

document.addEventListener("htmx:beforeSwap", () => (here = current()?.id ?? here));
document.addEventListener("htmx:afterSettle", () => {
  if (here && !current()) enter(document.getElementById(here));
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
