// Whether a key press belongs to somebody else: to whoever types, to an open dialog or menu, to the browser.
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";

export const resting = (event) =>
  event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing ||
  event.target.closest?.(TYPING) || document.querySelector("dialog[open], [popover]:popover-open");
