/* Light, dark or the system's own: the choice made in the footer is kept in this browser. Without this file the
   stylesheet follows the system. Loaded in the head so that no page flashes. */
(() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  };
  const show = () => {
    const choice = chosen();
    root.dataset.bsTheme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
  };
  root.classList.add("js");
  show();
  system.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", () => {
    const current = document.querySelector(`[data-theme-switch] input[value="${chosen()}"]`);
    if (current) current.checked = true;
  });
  document.addEventListener("change", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    try {
      localStorage.setItem("theme", event.target.value);
    } catch {
      /* Private browsing: the choice lasts for this page. */
    }
    root.dataset.bsTheme = event.target.value === "auto" ? (system.matches ? "dark" : "light") : event.target.value;
  });
})();
