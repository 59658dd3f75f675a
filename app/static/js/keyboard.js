/* Owns the shortcuts. Those of a single key can be turned off (WCAG 2.1.4); the choice stays in this browser. */
import { openDialog } from "./dialog.js";

const MEMORY = "vigie.raccourcis";

function areSingleKeysOn() {
  try {
    return window.localStorage.getItem(MEMORY) !== "off";
  } catch {
    return true; // storage refused: the default holds
  }
}

function remember(isOn) {
  try {
    window.localStorage.setItem(MEMORY, isOn ? "on" : "off");
  } catch {
    // Storage refused: the choice lasts as long as the page.
  }
}

const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

function focusSearch() {
  const box = document.getElementById("recherche-q");
  box?.focus();
  box?.select();
  return box !== null;
}

/** Open the palette, on what it offers before anything is typed. */
function openPalette() {
  if (!openDialog("palette")) return focusSearch();
  const box = document.getElementById("palette-q");
  box.focus();
  box.select();
  box.dispatchEvent(new CustomEvent("vigie:palette"));
  return true;
}

/** Go to the row before or after the one in hand, in the list of the page: Enter then opens it. */
function step(by) {
  const rows = [...document.querySelectorAll("main tbody th[scope=row] a")];
  const row = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(document.activeElement) + by))];
  row?.focus();
  return row !== undefined;
}

const singleKeys = new Map([
  ["j", () => step(1)],
  ["k", () => step(-1)],
  ["/", focusSearch],
  ["?", () => openDialog("raccourcis")],
]);

/** What this press asks for, if anything: an action that says whether it was done. */
function actionOf(event, isOn) {
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && event.key.toLowerCase() === "k") return openPalette;
  return isOn && !isCommand && !event.altKey && !isTyping(event.target) ? singleKeys.get(event.key) : undefined;
}

export function startKeyboard() {
  let isOn = areSingleKeysOn();
  const choice = document.querySelector("[data-shortcuts-switch]");
  if (choice) {
    choice.checked = isOn;
    choice.addEventListener("change", () => {
      isOn = choice.checked;
      remember(isOn);
    });
  }
  document.addEventListener("keydown", (event) => {
    if (actionOf(event, isOn)?.()) event.preventDefault();
  });
}
