// J and K move between the rows of a table that can be selected, X selects the row, Shift X the page, F goes to the
// filters' search field. Enter opens: the focus is on the row's link. Loaded only for people whose shortcuts are on.
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const rows = () => [...document.querySelectorAll(".table tbody tr:has(> .pick)")];
const current = () => document.querySelector(".table tbody tr[data-current]");

function enter(row) {
  if (!row || row === current()) return;
  current()?.removeAttribute("data-current");
  row.setAttribute("data-current", "");
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const row = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  enter(row);
  row?.querySelector("th a")?.focus();
}

const acts = {
  j: () => move(1),
  k: () => move(-1),
  x: () => (current() ?? rows()[0])?.querySelector(".pick input").click(),
  X: () => document.querySelector("[data-pick-page]")?.click(),
  f: () => document.getElementById("q")?.focus(),
};

document.addEventListener("focusin", (event) => enter(event.target.closest?.(".table tbody tr:has(> .pick)")));
document.addEventListener("keydown", (event) => {
  const busy = event.target.closest?.(TYPING) || document.querySelector("dialog[open], [popover]:popover-open");
  if (busy || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
  const act = acts[event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()];
  if (!act || event.repeat && !"jk".includes(event.key)) return;
  event.preventDefault();
  act();
});
