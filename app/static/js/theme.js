/* Owns the theme before the first paint: a plain script, because modules run after it.
   The server writes data-fr-scheme from the cookie; "system" follows the machine. */
(function () {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function apply() {
    const scheme = root.getAttribute("data-fr-scheme");
    const theme = scheme === "dark" || (scheme !== "light" && dark.matches) ? "dark" : "light";
    if (root.getAttribute("data-fr-theme") !== theme) root.setAttribute("data-fr-theme", theme);
  }

  try {
    // The DSFR prefers its own memory to the attribute: the cookie must win.
    window.localStorage.setItem("scheme", root.getAttribute("data-fr-scheme"));
  } catch {
    // Storage refused by the browser: the DSFR then reads the attribute, which is what we want.
  }
  apply();
  dark.addEventListener("change", apply);
  // Paper is white.
  window.addEventListener("beforeprint", function () {
    root.setAttribute("data-fr-theme", "light");
  });
  window.addEventListener("afterprint", apply);
  new MutationObserver(apply).observe(root, { attributeFilter: ["data-fr-scheme"] });
})();
