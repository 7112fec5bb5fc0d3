// The allocate form: chips fill the amount, and both wallets show before, change and after while one types. The server
// counts again on submit; without scripts a chip is a link to the same form with that amount.
// What can be meant in one way only, as orgs/amounts.py reads it.
const GROUPED = /^[1-9][0-9]{0,2}(?:([ ,'\u2019\u00a0\u2009\u202f])[0-9]{3}(?:\1[0-9]{3})*|(?:\.[0-9]{3}){2,})$/;
const NO_CENTS = /^([^.]*)\.0{1,2}$|^([^,]*),0{1,2}$/;
const MINUS = "\u2212";

const said = (number) => (number < 0 ? MINUS : "") + Math.abs(number).toLocaleString("en");
const known = (text) => (text === "" ? null : Number(text));

function amount(text) {
  const typed = text.trim().replace(NO_CENTS, "$1$2");
  if (!/^[0-9]{1,15}$/.test(typed) && !GROUPED.test(typed)) return null;
  return Number(typed.replace(/[^0-9]/g, "")) || null;
}

function preview(form) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const credits = amount(form.elements.credits.value);
  const [free, available, burn, days, cap] = ["free", "available", "burn", "days", "cap"].map((name) => known(form.dataset[name]));
  const after = (before, change) => (before === null || credits === null ? null : before + change);
  const show = (name, value) => (part(name).textContent = value === null ? "–" : said(value));

  const left = after(free, -credits);
  show("taken", credits === null ? null : -credits);
  part("free-after").firstElementChild.textContent = left === null ? "–" : said(left);
  part("free-after").toggleAttribute("data-tone", left !== null && left < 0);
  if (left !== null && left < 0) part("free-after").dataset.tone = "stop";
  part("given").textContent = credits === null ? "–" : `+${said(credits)}`;
  const has = after(available, credits);
  part("available-after").firstElementChild.textContent = has === null ? "–" : said(has);
  if (burn && available !== null) {
    const lasts = (number) => said(Math.floor((Math.max(0, number) * days) / burn));
    part("days").textContent = `, lasts ${lasts(available)}${has === null ? "" : ` → ${lasts(has)}`} days`;
  }
  if (part("cap")) part("cap").hidden = cap > 0 && cap >= (available ?? 0) + (credits ?? 0);
  part("button").textContent = credits === null ? "Allocate" : `Allocate ${said(credits)}`;
  for (const chip of form.querySelectorAll("[data-amount]")) chip.classList.toggle("on", Number(chip.dataset.amount) === credits);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-allocation]");
  if (form && event.target.name === "credits") preview(form);
});

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-allocation] [data-amount]");
  if (!chip || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const form = chip.closest("form");
  form.elements.credits.value = said(Number(chip.dataset.amount));
  preview(form);
  form.elements.credits.focus();
});
