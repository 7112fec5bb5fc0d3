// Single keys press the visible element that carries them: data-key="a", "shift+a", "arrowleft", or "g r" in turn.
// Loaded only for people whose shortcuts are on. Rests while a field, dialog, menu or modifier key is active.
import { resting } from "./resting.js";

const TURN = 1200;
let first = null;

const carrier = (key) =>
  [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => !one.disabled && one.checkVisibility());

document.addEventListener("keydown", (event) => {
  if (resting(event) || event.key === "Shift") return;
  const letter = event.key.toLowerCase();
  // A video or a list that scrolls keeps its own arrows.
  if (letter.startsWith("arrow") && event.target.closest?.("video, [tabindex='0']")) return;
  const shifted = event.shiftKey && /^([a-z]|arrow.*)$/.test(letter);
  const key = shifted ? `shift+${letter}` : letter;
  const found = (first && carrier(`${first} ${key}`)) || (!first && carrier(key));
  if (!found && !first && document.querySelector(`[data-key^="${CSS.escape(key)} "]`)) {
    first = key;
    setTimeout(() => (first = null), TURN);
    return;
  }
  first = null;
  if (!found || event.repeat && !letter.startsWith("arrow")) return;
  event.preventDefault();
  found.click();
});
