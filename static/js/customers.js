// The list of customers: what is selected stays over pages and filters of this tab, and leaves with the form that acts
// on it; empty filters stay out of the address. Without this the boxes of one page, and "all that match", still work.
const KEY = "customers-selected";
const region = document.getElementById("customers");
const picked = new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

const boxes = () => [...region.querySelectorAll("input[name=id]")];
const bar = () => document.getElementById("bulk");
const all = () => bar()?.querySelector("input[name=select]");

function tell() {
  const here = boxes();
  const ticked = here.filter((box) => box.checked).length;
  const page = region.querySelector("[data-pick-page]");
  if (page) {
    page.hidden = false;
    page.checked = here.length > 0 && ticked === here.length;
    page.indeterminate = ticked > 0 && !page.checked;
  }
  if (!bar()) return;
  const whole = all()?.checked;
  bar().toggleAttribute("data-open", picked.size > 0 || Boolean(whole));
  bar().querySelector("[data-picked]").textContent = whole ? "All that match" : `${picked.size.toLocaleString("en")} selected`;
  const away = picked.size - ticked;
  bar().querySelector("[data-elsewhere]").textContent = whole
    ? "Whoever matches when you go on."
    : away ? `${away.toLocaleString("en")} of them ${away === 1 ? "is" : "are"} not on this page.` : "";
}

function keep() {
  sessionStorage.setItem(KEY, JSON.stringify([...picked]));
  tell();
}

function pick(box) {
  if (box.checked) picked.add(box.value);
  else picked.delete(box.value);
}

// How many match is counted only for somebody who wants all of them.
async function count() {
  const number = bar().querySelector("[data-matching]");
  if (number.textContent) return;
  const answer = await fetch(bar().dataset.countUrl, { headers: { Accept: "text/plain" } });
  if (answer.ok) number.textContent = Number(await answer.text()).toLocaleString("en");
}

region.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-page]")) {
    for (const box of boxes()) {
      box.checked = event.target.checked;
      pick(box);
    }
    if (event.target.checked && all()) count();
    keep();
  } else if (event.target.matches("input[name=id]")) {
    pick(event.target);
    keep();
  } else if (event.target === all()) {
    if (event.target.checked) count();
    tell();
  }
});

region.addEventListener("reset", (event) => {
  if (event.target !== bar()) return;
  picked.clear();
  setTimeout(() => { // the boxes change after the event
    for (const box of boxes()) box.checked = false;
    keep();
  });
});

// One field for all ids: a field each would be more than the server reads of a form.
region.addEventListener("formdata", (event) => {
  if (event.target !== bar() || all()?.checked) return;
  event.formData.delete("id");
  event.formData.set("picked", [...picked].join("\n"));
});

document.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.matches("[data-tidy]")) return;
  const said = event.detail.formData;
  for (const name of new Set(said.keys())) {
    const values = said.getAll(name).filter((value) => value !== "");
    said.delete(name);
    for (const value of values) said.append(name, value);
  }
});

function greet() {
  for (const box of boxes()) box.checked = picked.has(box.value);
  tell();
}

document.addEventListener("htmx:afterSettle", greet);
addEventListener("pageshow", greet);
greet();
