/* Owns the small behaviours of the frame: theme choice, menus that close, selects that send, texts begun from an outline, forms sent once, printing. */

const PHONE = window.matchMedia("(max-width: 47.99em)");
const YEAR = 365 * 24 * 3600;
/* In milliseconds: beyond, somebody who clicks again means it. */
const DOUBLE_CLICK = 2000;
const sentAt = new WeakMap();

function chooseScheme(scheme) {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `scheme=${scheme}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  document.documentElement.setAttribute("data-fr-scheme", scheme);
}

function startSchemeSwitch() {
  const group = document.querySelector("[data-scheme-switch]");
  if (!group) return;
  group.hidden = false;
  group.addEventListener("change", (event) => chooseScheme(event.target.value));
}

function closeMenus(except = null) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

/* A folded group of filters says how many of them are in force: those just chosen too, as its results are. */
function countFilters(group) {
  const inputs = [...group.querySelectorAll("input")];
  const count = inputs.filter((input) =>
    input.type === "checkbox" ? input.checked : input.value !== "",
  ).length;
  const summary = group.querySelector("summary");
  const [title] = summary.textContent.split(" : ");
  summary.textContent = count ? `${title} : ${count} filtre${count > 1 ? "s" : ""}` : title;
}

/** Begin a text from an outline, after what is written already; without scripts, the link opens the page with it. */
function beginFrom(event) {
  const link = event.target.closest("a[data-outline]");
  if (!link) return;
  event.preventDefault();
  const text = document.getElementById(link.dataset.outline);
  if (!text.value.includes(link.dataset.outlineText)) {
    text.value = `${text.value.trimEnd()}\n\n${link.dataset.outlineText}`.trimStart();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  text.focus();
}

/** A double click sends once: of two answers the page would show the second, and what is shown once would be lost. */
function sendOnce(event) {
  if (event.defaultPrevented) return;
  const form = event.target;
  if (event.timeStamp - (sentAt.get(form) ?? -DOUBLE_CLICK) < DOUBLE_CLICK) event.preventDefault();
  else sentAt.set(form, event.timeStamp);
}

export function startWidgets() {
  startSchemeSwitch();
  if (PHONE.matches) {
    for (const panel of document.querySelectorAll("details[data-filters]")) panel.open = false;
  }
  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details[data-menu]"));
    if (event.target.closest("[data-print]")) window.print();
    beginFrom(event);
  });
  document.addEventListener("submit", sendOnce);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest?.("details[data-menu][open]");
    closeMenus();
    open?.querySelector("summary").focus();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
    const group = event.target.closest("[data-filters] details");
    if (group) countFilters(group);
  });
}
