// J and K move between the rows of a table that can be selected, X selects the row, Shift X the page, F goes to the
// filters' search field. Enter opens: the focus is on the row's link.
import { follow, onKeys } from "./rows.js";

const { rows, current } = follow(".table tbody tr:has(> .pick)", (row) => row.querySelector("th a"));

onKeys({
  x: () => (current() ?? rows()[0])?.querySelector(".pick input").click(),
  X: () => document.querySelector("[data-pick-page]")?.click(),
  f: () => document.getElementById("q")?.focus(),
});
