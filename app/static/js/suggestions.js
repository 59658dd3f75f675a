/* Owns the list under a search box: the combobox with a listbox of WAI-ARIA. The focus stays in the box; without scripts it is a plain form. */

const listOf = (box) => document.getElementById(box.getAttribute("aria-controls"));
const boxOf = (list) => document.querySelector(`[role="combobox"][aria-controls="${list.id}"]`);
const optionsOf = (list) => [...list.querySelectorAll('[role="option"]')];
const isOpen = (box) => box.getAttribute("aria-expanded") === "true";

function tell(list, text) {
  list.parentElement.querySelector("[data-suggestions-status]").textContent = text;
}

function close(box) {
  // What is still on its way would open the list again.
  box.dispatchEvent(new CustomEvent("htmx:abort"));
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
  const list = listOf(box);
  list.hidden = true;
  tell(list, "");
}

function open(list) {
  const box = boxOf(list);
  const options = optionsOf(list);
  box.removeAttribute("aria-activedescendant");
  if (!options.length || box !== document.activeElement) {
    close(box);
    return;
  }
  for (const [place, option] of options.entries()) option.id = `${list.id}-${place}`;
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
  const noun = list.dataset.suggestions || "entreprise";
  tell(list, options.length === 1 ? `1 ${noun} suggérée : flèche vers le bas pour la choisir.` : `${options.length} ${noun}s suggérées : flèches haut et bas pour choisir.`);
  if (box.hasAttribute("data-picks-first")) move(box, 1);
}

/** Choose the option that is `step` further; before the first and after the last is the box itself. */
function move(box, step) {
  const options = optionsOf(listOf(box));
  const turns = options.length + 1;
  const former = options.findIndex((option) => option.id === box.getAttribute("aria-activedescendant"));
  const place = ((former + 1 + step + turns) % turns) - 1;
  for (const [each, option] of options.entries()) option.setAttribute("aria-selected", String(each === place));
  if (place < 0) {
    box.removeAttribute("aria-activedescendant");
    return;
  }
  box.setAttribute("aria-activedescendant", options[place].id);
  options[place].scrollIntoView({ block: "nearest" });
}

function choose(option) {
  window.location.assign(option.dataset.url);
}

function chosen(box) {
  const id = box.getAttribute("aria-activedescendant");
  return id && document.getElementById(id);
}

/** Open the option chosen; without one, the box sends its form. */
function enter(box) {
  const option = isOpen(box) && chosen(box);
  close(box);
  if (option) choose(option);
  return Boolean(option);
}

function whenOpen(act) {
  return (box) => {
    const wasOpen = isOpen(box);
    if (wasOpen) act(box);
    return wasOpen;
  };
}

/** Close the list, or the whole window of a box that has one: a search field would first empty itself. */
function leave(box) {
  const dialog = box.closest("dialog");
  const wasOpen = isOpen(box);
  if (wasOpen) close(box);
  dialog?.close();
  return wasOpen || dialog !== null;
}

/** What a key does in the box, and whether it then does nothing else. */
const keys = new Map([
  ["ArrowDown", whenOpen((box) => move(box, 1))],
  ["ArrowUp", whenOpen((box) => move(box, -1))],
  ["Enter", enter],
  ["Escape", leave],
]);

function press(event) {
  const box = event.target.closest?.('[role="combobox"]');
  if (!box || event.isComposing) return;
  if (keys.get(event.key)?.(box)) event.preventDefault();
}

export function startSuggestions() {
  document.addEventListener("keydown", press);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.matches("[data-suggestions]")) open(event.detail.target);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches('[role="combobox"]')) close(event.target);
  });
  // A press of the mouse would take the focus out of the box, and close the list before the click.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-suggestions]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest('[data-suggestions] [role="option"]');
    if (option) choose(option);
  });
}
