// The queue of ad actions: J and K move between rows, the row keys (a, r, x) follow the row one is in, and the bar
// at the bottom says what the selected rows would change together. Works on top of plain forms and checkboxes.
import { follow } from "./rows.js";

const list = document.querySelector("[data-rows]");
const bar = document.getElementById("bulk");
const { rows: open, current, enter } = follow("[data-rows] > li[data-open]");

const money = (cents) =>
  (cents < 0 ? "−" : cents > 0 ? "+" : "") + "$" + (Math.abs(cents) / 100).toLocaleString("en", { minimumFractionDigits: 2 });

function tell() {
  const picked = open().filter((row) => row.querySelector("input[type=checkbox]")?.checked);
  const customers = new Set(picked.map((row) => row.dataset.customer)).size;
  const budgets = picked.filter((row) => "perDay" in row.dataset);
  const sum = budgets.reduce((total, row) => total + Number(row.dataset.perDay), 0);
  const effect = bar.querySelector("[data-effect]");
  const total = document.createElement("b");
  total.textContent = `${picked.length} selected`;
  effect.replaceChildren(total, `, ${customers} customer${customers === 1 ? "" : "s"}. `);
  if (budgets.length) {
    const money_ = document.createElement("b");
    money_.textContent = money(sum);
    effect.append("Budgets ", money_, " a day. ");
  }
  if (picked.length > budgets.length) effect.append(`${picked.length - budgets.length} without a daily budget.`);
  for (const count of bar.querySelectorAll("[data-count]")) count.textContent = picked.length;
}

if (list) {
  // A row that was decided changes in place; the next one that waits takes over, and U belongs to the newest undo.
  let place = 0;
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target.matches("[data-current]")) place = open().indexOf(event.detail.target);
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.parentElement && event.detail.target.parentElement !== list) return;
    const undos = [...list.querySelectorAll("[data-undo][data-key]")];
    const newest = document.getElementById(event.detail.target.id)?.querySelector("[data-undo]") ?? undos.at(-1);
    for (const one of undos) if (one !== newest) one.removeAttribute("data-key");
    const rows = open();
    if (!current() && rows.length) {
      const next = rows[Math.min(place, rows.length - 1)];
      enter(next);
      const left = document.activeElement;
      if (left === document.body || left.closest("[data-rows] > li:not([data-open])")) next.focus();
    }
    if (bar) tell();
  });
}

if (bar) {
  document.addEventListener("change", (event) => event.target.matches("input[name=pick]") && tell());
  bar.addEventListener("reset", () => setTimeout(tell));
  tell();
}
