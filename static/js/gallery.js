// Selecting in the gallery: says how many of how many customers, on the buttons too, and offers the whole page at once.
const form = document.getElementById("picking");
const all = document.querySelector("[data-pick-all]");
const picks = [...form.querySelectorAll("input[name=pick]")];

function count() {
  const picked = picks.filter((pick) => pick.checked);
  const customers = new Set(picked.map((pick) => pick.dataset.customer)).size;
  const words = form.querySelector("[data-picked]");
  const number = document.createElement("b");
  number.textContent = `${picked.length} selected`;
  words.replaceChildren(number, ` from ${customers} customer${customers === 1 ? "" : "s"}`);
  for (const verb of form.querySelectorAll("[data-counts]")) verb.textContent = `${verb.dataset.counts} ${picked.length}`;
  const box = all.querySelector("input");
  box.checked = picked.length === picks.length;
  box.indeterminate = picked.length > 0 && !box.checked;
}

all.hidden = false;
all.addEventListener("change", (event) => {
  for (const pick of picks) pick.checked = event.target.checked;
  count();
});
form.addEventListener("change", count);
form.addEventListener("reset", () => setTimeout(count)); // the boxes change after the event
// A reason in one's own words chooses itself.
form.querySelector("input[name=words]").addEventListener("input", () => {
  form.querySelector("input[name=reason][value=other]").checked = true;
});
// A browser may keep boxes ticked over a reload.
count();
