// A short word about what happened. The server says it by HX-Trigger: {"toast": {"tone": "ok", "text": "Saved."}},
// a script by document.dispatchEvent(new CustomEvent("toast", {detail})). A request that failed always says what to do.
const region = document.getElementById("toasts");
const LINGER = 6000;

const ADVICE = {
  0: "Nothing came back. Check your connection, then try again.",
  403: "Your role does not include this. An administrator can change that.",
  404: "This is no longer here. Reload the page to see what is.",
  409: "Somebody was faster. Reload the page to see how it stands now.",
  413: "That was too large to send.",
  429: "Too many requests at once. Wait a few seconds, then try again.",
};

function advice(xhr) {
  const plain = xhr.getResponseHeader?.("Content-Type")?.startsWith("text/plain");
  if (plain && xhr.responseText && xhr.responseText.length < 300) return xhr.responseText;
  return ADVICE[xhr.status] ?? "That did not work, and the fault is ours. Reload the page, then try again.";
}

function say({ tone = "info", text }) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.tone = tone;
  const dot = document.createElement("i");
  dot.className = "dot";
  const words = document.createElement("p");
  words.textContent = text;
  toast.append(dot, words);
  // A modal dialog makes the rest of the page inert, so the word has to be inside it to be seen and read out.
  (document.querySelector("dialog:modal") ?? document.body).append(region);
  region.append(toast);
  while (region.children.length > 3) region.firstElementChild.remove();
  keepShort();
}

function linger(toast) {
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : toast.remove());
  setTimeout(leave, LINGER);
}

document.addEventListener("toast", (event) => say(event.detail));
document.addEventListener("close", (event) => event.target.contains(region) && document.body.append(region), true);

const asked = (event) => !event.detail.elt.matches("[data-poll]");
document.addEventListener("htmx:responseError", (event) => {
  if (asked(event)) say({ tone: "stop", text: advice(event.detail.xhr) });
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => asked(event) && say({ tone: "stop", text: ADVICE[0] }));
}
document.addEventListener("htmx:swapError", () => say({ tone: "stop", text: "The answer could not be shown. Reload the page." }));

// Those the server drew: with the page, or into the region by a swap.
function keepShort() {
  for (const toast of region.querySelectorAll(".toast:not([data-timed])")) {
    toast.dataset.timed = "yes";
    linger(toast);
  }
}
document.addEventListener("htmx:afterSettle", keepShort);
document.addEventListener("htmx:oobAfterSwap", keepShort);
keepShort();
