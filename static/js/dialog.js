// Dialogs. A link with hx-get and hx-target="#dialog-slot" opens the <dialog> the server answers with; without
// scripts the same link is a page. Focus goes back to what opened it. The server closes it by HX-Trigger: close-dialog.
const slot = document.getElementById("dialog-slot");
let opener = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (slot && event.detail.target === slot && !slot.contains(event.detail.elt)) opener = event.detail.elt;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = event.target === slot || slot?.contains(event.target) ? slot.querySelector("dialog:not([open])") : null;
  dialog?.showModal();
});

document.addEventListener("close", (event) => {
  if (event.target.parentElement !== slot || !slot) return;
  slot.replaceChildren();
  if (opener?.isConnected) opener.focus();
  opener = null;
}, true);

document.addEventListener("close-dialog", () => document.querySelector("dialog:modal")?.close());

// A press that starts and ends on the backdrop closes; one that starts inside (selecting text) does not.
let pressed = null;
document.addEventListener("pointerdown", (event) => (pressed = event.target));
document.addEventListener("click", (event) => {
  if (event.target.matches("dialog") && event.target === pressed) event.target.close();
  // Cancel buttons of server dialogs are links to the page behind them, for people without scripts.
  const cancel = event.target.closest("[data-close]");
  const dialog = cancel?.closest("dialog");
  if (dialog) {
    event.preventDefault();
    dialog.close();
  }
});

// Browsers that do not know command="show-modal" yet.
if (!("command" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[command='show-modal'][commandfor]");
    if (button) document.getElementById(button.getAttribute("commandfor"))?.showModal();
  });
}
