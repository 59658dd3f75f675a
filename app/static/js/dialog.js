/* Owns the windows: native <dialog>, opened by a link that also leads somewhere when scripts are off. */

/** Open the dialog of this id; says whether there was one. */
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return false;
  if (!dialog.open) dialog.showModal();
  return true;
}

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener && openDialog(opener.dataset.dialog)) event.preventDefault();
    if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
    // The dialog itself is hit only on its backdrop or its padding; its padding is inside its rectangle.
    if (event.target instanceof HTMLDialogElement && !isInside(event.target, event)) event.target.close();
  });
}

function isInside(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}
