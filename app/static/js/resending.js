/* Owns the forms whose sending failed for want of a network: what was typed stays in the page, and goes again once the network is back.
   Nothing is kept in the browser. A form bears a number: sent twice, it is answered once. */

const TEXT =
  "La connexion est coupée. Ce que vous avez écrit reste dans cette page : gardez-la ouverte, l’envoi repartira de lui-même au retour du réseau.";
const waiting = new Map();

/** Whether a form is one that is written once, hence may be sent again without fear. */
export const isKept = (element) => element.matches("form[hx-post]") && element.elements.sending !== undefined;

function noticeOf(form) {
  const notice = document.createElement("div");
  notice.className = "fr-alert fr-alert--warning fr-alert--sm";
  notice.setAttribute("role", "alert");
  const line = document.createElement("p");
  line.textContent = TEXT;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fr-btn fr-btn--secondary fr-btn--sm";
  button.textContent = "Renvoyer maintenant";
  button.addEventListener("click", () => form.requestSubmit());
  notice.append(line, button);
  return notice;
}

function keep(event) {
  const form = event.detail.elt;
  if (!isKept(form) || waiting.has(form)) return;
  const notice = noticeOf(form);
  waiting.set(form, notice);
  form.append(notice);
  notice.scrollIntoView({ block: "nearest" });
}

function release(event) {
  waiting.get(event.detail.elt)?.remove();
  waiting.delete(event.detail.elt);
}

function sendAgain() {
  for (const form of waiting.keys()) {
    if (form.isConnected) form.requestSubmit();
    else waiting.delete(form);
  }
}

export function startResending() {
  document.addEventListener("htmx:sendError", keep);
  document.addEventListener("htmx:timeout", keep);
  document.addEventListener("htmx:beforeOnLoad", release);
  window.addEventListener("online", sendAgain);
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
}
