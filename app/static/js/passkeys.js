/* Passkeys: asks the device, then sends its answer with the form. Where browsers have none, the forms stay hidden. */

const asks = {
  create: (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

async function answer(form) {
  const status = form.querySelector("[data-passkey-status]");
  status.hidden = true;
  try {
    const credential = await asks[form.dataset.passkey](JSON.parse(form.dataset.options));
    form.elements.credential.value = JSON.stringify(credential.toJSON());
  } catch (error) {
    // Refused, cancelled, too late, or a device that already has a key: the browser does not tell them apart.
    if (!(error instanceof DOMException)) throw error;
    status.hidden = false;
    return;
  }
  form.submit();
}

export function startPasskeys() {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form);
    });
  }
  for (const notice of document.querySelectorAll("[data-passkey-absent]")) notice.hidden = true;
}
