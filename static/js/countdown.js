// Undo clocks: <span class="countdown" data-until="ISO" data-seconds="8"> shows the real seconds left, then fires
// "countdown:over" once. Nothing pauses them: the server sends the command when its time has come.
const page = document.documentElement;

function tick() {
  const now = Date.now() - page.dataset.skew;
  for (const clock of document.querySelectorAll(".countdown[data-until]")) {
    const left = Math.max(0, (Date.parse(clock.dataset.until) - now) / 1000) || 0;
    const share = Math.min(1, left / (Number(clock.dataset.seconds) || 8));
    clock.querySelector("b").textContent = Math.ceil(left);
    clock.querySelector(".left").style.strokeDashoffset = 100 - 100 * share;
    if (left === 0 && !clock.dataset.over) {
      clock.dataset.over = "yes";
      clock.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
    }
  }
}

setInterval(tick, 250);
document.addEventListener("htmx:afterSettle", tick);
tick();

// An undo nobody used goes away by itself.
document.addEventListener("countdown:over", (event) => event.target.closest(".toast[data-passing]")?.remove());
