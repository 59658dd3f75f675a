/* Owns what surrounds htmx: CSRF, polling of hidden tabs, focus after a swap, failures said to the person. */

import { isKept } from "./resending.js";

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;

const isPoll = (element) => element.matches("[data-poll]");

function focusOn(element) {
  if (!element.matches("a[href], button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
  element.focus();
}

function focusWhatMatters(root) {
  for (const selector of ["[data-error-summary]", "[data-focus]", "h1"]) {
    const found = root.matches(selector) ? root : root.querySelector(selector);
    if (found) return focusOn(found);
  }
}

/** Whoever follows a notification has read it; without scripts, they say so by its button. */
function markRead(event) {
  const link = event.target.closest("a[data-marks-read]");
  if (!link) return;
  const body = new URLSearchParams(link.dataset.marksRead);
  // It goes on once the page is left; whatever becomes of it, the link is followed.
  fetch(link.dataset.readUrl, { method: "POST", body, keepalive: true, redirect: "manual", headers: { "X-CSRFToken": csrfToken() } }).catch(() => {});
}

/** Show a message in the live region, as a DSFR alert. */
export function say(text, kind = "error") {
  const alert = document.createElement("div");
  alert.className = `fr-alert fr-alert--${kind} fr-alert--sm`;
  const line = document.createElement("p");
  line.textContent = text;
  alert.append(line);
  document.getElementById("messages").replaceChildren(alert);
  alert.scrollIntoView({ block: "nearest" });
}

const refusals = new Map([
  [401, "Votre session a expiré : rechargez la page pour vous reconnecter. Copiez d’abord ce que vous étiez en train d’écrire."],
  [403, "Vous n’avez pas le droit de faire cela."],
  [404, "Cet élément n’existe plus, ou n’est pas dans votre périmètre."],
  [409, "Quelqu’un a modifié cet élément entre-temps : rechargez la page."],
  [413, "Le fichier est trop lourd."],
  [429, "Trop de demandes à la suite : patientez une minute."],
  [503, "Vigie est en maintenance ou ne répond pas pour le moment. Ce que vous avez écrit reste dans cette page : envoyez de nouveau dans quelques minutes."],
]);

function sayRefusal(event) {
  if (isPoll(event.detail.elt)) return;
  const { status } = event.detail.xhr;
  say(refusals.get(status) ?? `La demande n’a pas abouti (erreur ${status}). Réessayez dans un instant.`);
}

function sayUnreachable(event) {
  if (!isPoll(event.detail.elt) && !isKept(event.detail.elt)) say("Le serveur ne répond pas. Vérifiez votre connexion, puis réessayez.");
}

function refreshPolls() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-poll]")) element.dispatchEvent(new CustomEvent("vigie:visible"));
}

export function startRequests() {
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
    // What a page asks by itself neither keeps a session open nor leads to another page.
    if (isPoll(event.detail.elt)) event.detail.headers["X-Poll"] = "1";
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && isPoll(event.detail.elt)) event.preventDefault();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!isPoll(event.detail.requestConfig.elt)) focusWhatMatters(event.detail.elt);
  });
  document.addEventListener("htmx:responseError", sayRefusal);
  document.addEventListener("htmx:sendError", sayUnreachable);
  document.addEventListener("visibilitychange", refreshPolls);
  document.addEventListener("click", markRead);

  const summary = document.querySelector("[data-error-summary]");
  if (summary) focusOn(summary);
}
