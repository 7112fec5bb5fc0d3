// [data-copy]: one press copies the whole value; the icon says so for a moment, a toast when it could not.
const SHOWN = 1400;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const copied = await navigator.clipboard?.writeText(button.dataset.copy).then(() => true, () => false);
  if (!copied) {
    const detail = { tone: "wait", text: `This browser does not let a page copy. Here it is: ${button.dataset.copy}` };
    document.dispatchEvent(new CustomEvent("toast", { detail }));
    return;
  }
  if (button.classList.contains("copied")) return;
  const use = button.querySelector("use");
  const before = use.getAttribute("href");
  const named = button.getAttribute("aria-label");
  use.setAttribute("href", before.replace(/#.*/, "#i-check"));
  button.classList.add("copied");
  if (named) button.setAttribute("aria-label", "Copied");
  setTimeout(() => {
    use.setAttribute("href", before);
    button.classList.remove("copied");
    if (named) button.setAttribute("aria-label", named);
  }, SHOWN);
});
