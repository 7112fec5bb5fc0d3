// Every <time data-ago="ago|age|left"> keeps ageing, by the server's clock. Words as in dashboard/moments.py.
const page = document.documentElement;

// How far this machine's clock is ahead of the server's, in ms; countdown.js reads it too.
const answered = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now());
page.dataset.skew = Math.round(answered - Date.parse(page.dataset.now)) || 0;

const MINUTE = 60, HOUR = 3600, DAY = 86400;

function span(seconds) {
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} days`;
}

function said(kind, seconds) {
  if (kind === "left") return seconds < 0 ? `${span(-seconds)} left` : "expired";
  return kind === "age" ? span(Math.max(0, seconds)) : `${span(Math.max(0, seconds))} ago`;
}

function age() {
  if (document.hidden) return;
  const now = Date.now() - page.dataset.skew;
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const at = Date.parse(time.dateTime);
    if (Number.isNaN(at)) continue;
    const words = said(time.dataset.ago, (now - at) / 1000);
    if (time.textContent !== words) time.textContent = words;
  }
}

setInterval(age, 1000);
document.addEventListener("visibilitychange", age);
