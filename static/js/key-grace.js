// What is left of the last 24 hours of a rotated key: [data-grace="ISO"], as words or as the value of a <progress>.
const page = document.documentElement;

function words(seconds) {
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours} h ${minutes} min` : `${minutes} min ${Math.floor(seconds % 60)} s`;
}

function tick() {
  if (document.hidden) return;
  const now = Date.now() - (Number(page.dataset.skew) || 0);
  for (const one of document.querySelectorAll("[data-grace]")) {
    const left = Math.max(0, (Date.parse(one.dataset.grace) - now) / 1000) || 0;
    if (one.localName === "progress") one.value = left;
    else if (one.textContent !== words(left)) one.textContent = words(left);
  }
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
