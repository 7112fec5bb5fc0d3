// Light or dark at once; the form then tells the server, so the next page arrives in it.
const page = document.documentElement;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-theme-form]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  const dark = getComputedStyle(page).colorScheme === "dark" || (!page.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const theme = "themeToggle" in button.dataset ? (dark ? "light" : "dark") : button.value;
  if (theme) page.dataset.theme = theme;
  else delete page.dataset.theme;
  for (const choice of document.querySelectorAll("[data-theme-form] [aria-pressed]")) {
    choice.setAttribute("aria-pressed", choice.value === theme);
  }
  const body = new FormData(form);
  body.set("theme", theme);
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (!answer || answer.status >= 400) {
    const text = "The theme is set for this page only: it could not be saved. Try again later.";
    document.dispatchEvent(new CustomEvent("toast", { detail: { tone: "wait", text } }));
  }
});
