/* Owns the drafts: a form with data-draft-url is sent there a few seconds after a change. It never blocks the writing. */
import { csrfToken } from "./requests.js";

const DELAY = 4000;
const RETRY = 15000;
const pending = new Map();

function fieldsOf(form) {
  const fields = new FormData(form);
  for (const control of form.elements) {
    if (control.type === "file" || control.type === "password") fields.delete(control.name);
  }
  return fields;
}

function show(form, text) {
  const line = form.querySelector("[data-draft-status]");
  // The same text is not written twice: screen readers would hear it every few seconds.
  if (line && line.textContent !== text) line.textContent = text;
}

async function save(form, keepalive = false) {
  window.clearTimeout(pending.get(form));
  pending.delete(form);
  if (!form.isConnected) return;
  try {
    const answer = await fetch(form.dataset.draftUrl, {
      method: "POST",
      body: fieldsOf(form),
      headers: { "X-CSRFToken": csrfToken() },
      keepalive,
    });
    if (!answer.ok) throw new Error(`draft refused: ${answer.status}`);
    const now = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
    show(form, `Brouillon enregistré à ${now}`);
  } catch {
    show(form, "Brouillon non enregistré : nouvel essai dans quelques secondes.");
    schedule(form, RETRY);
  }
}

function schedule(form, delay) {
  if (pending.has(form)) return;
  pending.set(form, window.setTimeout(() => save(form), delay));
}

export function startDrafts() {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-draft-url]")) schedule(form, DELAY);
  });
  document.addEventListener("submit", (event) => {
    window.clearTimeout(pending.get(event.target));
    pending.delete(event.target);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) for (const form of pending.keys()) save(form, true);
  });
}
