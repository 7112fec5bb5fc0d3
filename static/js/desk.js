// The review desk. The server says what is on stage; this keeps the queue's mark on it, arms the reasons after Reject
// so that their digits work, and lets a video begin by itself, without sound.
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const item = () => document.getElementById("item");
const list = document.getElementById("queue-list");
const entryOf = (id) => document.getElementById(`waiting-${id}`)?.querySelector("a");

function follow() {
  const id = item().dataset.container;
  list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  const entry = id && entryOf(id);
  if (entry) {
    entry.setAttribute("aria-current", "true");
    entry.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if (id && "waits" in item().dataset && list.dataset.drawnFor !== id) {
    // The item lies outside the stretch that is listed: list the queue around it, once.
    list.dataset.drawnFor = id;
    htmx.ajax("GET", location.pathname, { target: list, swap: "innerHTML" });
  }
}

function play() {
  const video = item().querySelector("video");
  if (!video || STILL.matches) return;
  video.muted = true;
  video.play().catch(() => {}); // a browser that does not let it begin leaves it to the person
}

function arm(decision, on) {
  decision.toggleAttribute("data-armed", on);
  for (const chip of decision.querySelectorAll("[data-digit]")) {
    if (on) chip.dataset.key = chip.dataset.digit;
    else delete chip.dataset.key;
  }
}

const armed = () => document.querySelector(".decision[data-armed]");

document.addEventListener("click", (event) => {
  const reject = event.target.closest("[data-arms]");
  if (!reject) return;
  event.preventDefault();
  const reasons = document.getElementById(reject.dataset.arms);
  arm(reasons.closest(".decision"), true);
  reasons.focus();
});

document.addEventListener("focusout", (event) => {
  const decision = armed();
  if (decision && event.target.closest?.(".reasons") && !event.relatedTarget?.closest(".reasons")) arm(decision, false);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && armed()) armed().querySelector("[data-arms]").focus();
});

// One's own words: the field is ready to type in. autofocus would claim the focus when the item is drawn.
document.addEventListener("toggle", (event) => {
  if (event.newState === "open") event.target.querySelector(".input")?.focus();
}, true);

// Another item came, or the list grew.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "item") play();
  if (event.target.id === "item" || list.contains(event.target)) follow();
});

list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
play();
