// Rows of key and value: typing into the last one adds an empty one after it, up to the most there may be. Without
// scripts the button sends the form, and the server adds the row.
function grow(set, focus) {
  const rows = set.querySelectorAll("[data-pair]");
  const last = rows[rows.length - 1];
  if (rows.length > Number(set.dataset.most)) return;
  const row = last.cloneNode(true);
  row.querySelectorAll(".error").forEach((one) => one.remove());
  for (const input of row.querySelectorAll("input")) {
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
    input.setAttribute("aria-label", `${input.name === "key" ? "Key" : "Value"} ${rows.length + 1}`);
  }
  last.after(row);
  if (focus) row.querySelector("input").focus();
}

document.addEventListener("input", (event) => {
  const row = event.target.closest("[data-pair]");
  const set = row?.closest("[data-pairs]");
  if (set && event.target.value && row === [...set.querySelectorAll("[data-pair]")].at(-1)) grow(set, false);
});

document.addEventListener("click", (event) => {
  const set = event.target.closest("[data-pairs] [data-add]")?.closest("[data-pairs]");
  if (!set) return;
  event.preventDefault();
  const last = [...set.querySelectorAll("[data-pair]")].at(-1).querySelector("input");
  if (last.value) grow(set, true);
  else last.focus();
});
