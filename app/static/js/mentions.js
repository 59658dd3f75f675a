/* Owns the names offered in a text after « @ »: those of its readers. Without scripts, a name is typed in full. */

const TYPED = /(?:^|[\s(])@([\p{L}][\p{L}’' -]{0,40})$/u;
const DELAY = 250;
let pending = 0;

const listOf = (area) => document.getElementById(area.dataset.mentions);
const optionsOf = (list) => [...list.querySelectorAll('[role="option"]')];

function typed(area) {
  return TYPED.exec(area.value.slice(0, area.selectionStart))?.[1];
}

function close(area) {
  window.clearTimeout(pending);
  const list = listOf(area);
  list.hidden = true;
  list.replaceChildren();
  area.removeAttribute("aria-activedescendant");
}

/** Who, among the readers of a text, bears a name that is begun: the options of the list. */
async function readersNamed(area, name) {
  const circle = new FormData(area.form).get("network_id") ?? area.dataset.circle ?? "";
  const address = `${area.dataset.readersUrl}?${new URLSearchParams({ q: name, cercle: circle })}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return [];
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...page.body.children];
}

async function offer(area) {
  const name = typed(area);
  const options = await readersNamed(area, name);
  // What was typed meanwhile has its own answer.
  if (typed(area) !== name) return;
  const list = listOf(area);
  for (const [place, option] of options.entries()) option.id = `${list.id}-${place}`;
  list.replaceChildren(...options);
  list.hidden = options.length === 0;
  move(area, 1);
}

function move(area, step) {
  const options = optionsOf(listOf(area));
  if (!options.length) return;
  const former = options.findIndex((option) => option.id === area.getAttribute("aria-activedescendant"));
  const place = (former + step + options.length) % options.length;
  for (const [each, option] of options.entries()) option.setAttribute("aria-selected", String(each === place));
  area.setAttribute("aria-activedescendant", options[place].id);
}

/** Write the name in place of what was begun; the text may then go on. */
function write(area, option) {
  const end = area.selectionStart;
  const start = end - typed(area).length;
  area.setRangeText(`${option.dataset.name} `, start, end, "end");
  close(area);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

const keys = new Map([
  ["ArrowDown", (area) => move(area, 1)],
  ["ArrowUp", (area) => move(area, -1)],
  ["Enter", (area) => write(area, document.getElementById(area.getAttribute("aria-activedescendant")))],
  ["Tab", (area) => write(area, document.getElementById(area.getAttribute("aria-activedescendant")))],
  ["Escape", close],
]);

export function startMentions() {
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.matches?.("[data-mentions]")) return;
    window.clearTimeout(pending);
    if (typed(area)) pending = window.setTimeout(() => offer(area), DELAY);
    else close(area);
  });
  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (!area.matches?.("[data-mentions]") || event.isComposing || listOf(area).hidden) return;
    const act = keys.get(event.key);
    if (!act) return;
    event.preventDefault();
    act(area);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("[data-mentions]")) close(event.target);
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-mentions-list] [role='option']");
    if (!option) return;
    event.preventDefault();
    write(document.querySelector(`[data-mentions="${option.parentElement.id}"]`), option);
  });
}
