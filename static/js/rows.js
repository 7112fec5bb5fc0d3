// Rows that J and K move between. One is current: the one the focus was in last; the keys it offers (data-row-key) are
// its own as long as it is. Rests for people whose shortcuts are off.
import { resting } from "./resting.js";

export const usesKeys = document.getElementById("shortcuts") !== null;

// `selector` finds the rows in the page as it is now; `focus` is what of a row gets the focus.
export function follow(selector, focus = (row) => row) {
  const rows = () => [...document.querySelectorAll(selector)];
  const current = () => document.querySelector(`:is(${selector})[data-current]`);

  function enter(row) {
    const old = current();
    if (!usesKeys || !row || row === old) return;
    old?.removeAttribute("data-current");
    for (const one of old?.querySelectorAll("[data-row-key]") ?? []) one.removeAttribute("data-key");
    row.setAttribute("data-current", "");
    for (const one of row.querySelectorAll("[data-row-key]")) one.dataset.key = one.dataset.rowKey;
  }

  function move(step) {
    const all = rows();
    const at = all.indexOf(current());
    const row = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
    enter(row);
    if (row) focus(row)?.focus();
  }

  document.addEventListener("focusin", (event) => enter(event.target.closest?.(selector)));
  onKeys({ j: () => move(1), k: () => move(-1) }, true);
  return { rows, current, enter };
}

// `acts`: what a key does, a capital with Shift; `repeats`: again as long as the key is held.
export function onKeys(acts, repeats = false) {
  document.addEventListener("keydown", (event) => {
    if (!usesKeys || resting(event)) return;
    const act = acts[event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()];
    if (!act || (event.repeat && !repeats)) return;
    event.preventDefault();
    act();
  });
}
