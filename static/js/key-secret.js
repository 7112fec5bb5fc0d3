// The page of a secret: copy it, and leave nothing of it behind. A page that goes into the browser's memory for the back
// button goes without it; leaving before it was copied or stored is asked about.
const box = document.querySelector("[data-secret]");
const code = box?.querySelector("code");
let safe = false;

function say(text) {
  document.querySelector("[data-said]").textContent = text;
}

function mark() {
  const range = document.createRange();
  range.selectNodeContents(code);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

if (box) {
  const button = box.querySelector("[data-copy-secret]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
    if (!copied) mark();
    safe ||= Boolean(copied);
    say(copied ? "Copied. Paste it where it is stored, then confirm below." : "It is marked: copy it with your keyboard.");
  });
  document.addEventListener("copy", () => (safe = true));
  document.querySelector("[data-stored]").addEventListener("click", (event) => {
    event.preventDefault();
    safe = true;
    code.textContent = "";
    location.replace(event.currentTarget.href);
  });
  addEventListener("beforeunload", (event) => {
    if (!safe) event.preventDefault();
  });
  addEventListener("pagehide", () => (code.textContent = ""));
}
