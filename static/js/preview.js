// The phone frame: arrows, strip and segments follow the slides (swiping is the browser's own scrolling), pictures that
// do not load say so, and the next items' pictures are fetched ahead: <div data-preload="url url">.
const fetched = new Set();

const phoneOf = (one) => one.closest("[data-preview]") ?? document.getElementById(one.closest("[data-strip]")?.dataset.strip);
const at = (slides) => Math.round(slides.scrollLeft / slides.clientWidth) || 0;

function go(slides, to) {
  slides.scrollTo({ left: to * slides.clientWidth, behavior: "instant" });
  mark(slides);
}

function mark(slides) {
  const phone = phoneOf(slides);
  const now = at(slides);
  phone.querySelectorAll(".segments i").forEach((segment, index) => segment.classList.toggle("seen", index <= now));
  document.querySelectorAll(`[data-strip="${CSS.escape(phone.id)}"] a`).forEach((link, index) => {
    if (index === now) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  for (const count of document.querySelectorAll(`[data-slide-count="${CSS.escape(phone.id)}"]`)) {
    count.textContent = `Slide ${now + 1} of ${slides.children.length}`;
  }
}

document.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-turn]");
  const link = event.target.closest("[data-strip] a");
  const slides = turn ?? link ? phoneOf(turn ?? link)?.querySelector(".slides") : null;
  if (!slides) return;
  event.preventDefault();
  const last = slides.children.length - 1;
  go(slides, turn ? Math.min(last, Math.max(0, at(slides) + Number(turn.dataset.turn))) : [...link.parentElement.children].indexOf(link));
});

document.addEventListener("scroll", (event) => event.target.matches?.(".slides") && mark(event.target), { capture: true, passive: true });

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-safe-zone]")) return;
  for (const zone of document.querySelectorAll(".safe-zone")) zone.hidden = !event.target.checked;
});

function broken(media) {
  const frame = media.closest("[data-media]");
  if (!frame) return;
  media.hidden = true;
  frame.querySelector(".missing").hidden = false;
}

document.addEventListener("error", (event) => event.target.matches?.("[data-media] :is(img, video)") && broken(event.target), true);

// What came with the page or with a swap: buttons that need scripts appear, and what failed before we listened is marked.
function greet() {
  for (const turn of document.querySelectorAll("[data-turn][hidden]")) turn.hidden = false;
  for (const image of document.querySelectorAll("[data-media] > img:not([hidden])")) {
    if (image.complete && !image.naturalWidth && image.currentSrc) broken(image);
  }
  for (const video of document.querySelectorAll("[data-media] > video:not([hidden])")) if (video.error) broken(video);
  const zone = document.querySelector("[data-safe-zone]");
  for (const overlay of document.querySelectorAll(".safe-zone")) overlay.hidden = !zone?.checked;
  for (const list of document.querySelectorAll("[data-preload]")) {
    for (const address of list.dataset.preload.split(" ").filter((one) => one && !fetched.has(one))) {
      fetched.add(address);
      new Image().src = address;
    }
  }
}

document.addEventListener("htmx:afterSettle", greet);
greet();
