// The scope picker: a preset ticks its boxes without a way to the server, and the number of ticked ones is kept.
const form = document.querySelector("form[data-scopes]");

function boxes() {
  return [...form.querySelectorAll("input[name='scopes']")];
}

function count() {
  const chosen = boxes().filter((box) => box.checked).map((box) => box.value).sort().join(" ");
  form.querySelector("[data-count]").textContent = chosen ? chosen.split(" ").length : 0;
  for (const preset of form.querySelectorAll("[data-preset]")) {
    const same = preset.dataset.preset.split(" ").sort().join(" ") === chosen;
    preset.setAttribute("aria-pressed", String(same && chosen !== ""));
    if (same) form.querySelector("[data-about]").textContent = preset.title;
  }
}

form?.addEventListener("click", (event) => {
  const preset = event.target.closest("[data-preset]");
  if (!preset) return;
  event.preventDefault();
  const wanted = new Set(preset.dataset.preset.split(" "));
  for (const box of boxes()) box.checked = wanted.has(box.value);
  count();
});

form?.addEventListener("change", () => {
  form.querySelector("[data-about]").textContent = "";
  count();
});
if (form) count();
