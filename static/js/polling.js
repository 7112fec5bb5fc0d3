// Elements with data-poll ask again and again: they rest while the tab is hidden, and when nobody answers the
// freshness pill says so instead of a toast every few seconds.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches("[data-poll]")) event.preventDefault();
});

function unanswered(event) {
  // An answer of any kind means there is a connection, unless it is the freshness itself that failed.
  if (!event.detail.elt.matches(event.type === "htmx:responseError" ? "[data-poll='freshness']" : "[data-poll]")) return;
  const now = document.getElementById("freshness-now");
  if (!now) return;
  now.querySelector(".dot").dataset.tone = "stop";
  now.querySelector("b").textContent = "No connection";
}

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, unanswered);
