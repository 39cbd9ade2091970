/* Small comforts; every page works without them. */
(() => {
  "use strict";

  // Dialogs open by themselves as popovers; here they become modal: the page behind is out of reach.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog || !dialog.showModal) return;
      event.preventDefault();
      dialog.removeAttribute("popover");
      dialog.showModal();
      return;
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) {
      event.preventDefault();
      closer.closest("dialog").close();
    } else if (event.target instanceof HTMLDialogElement && event.target.open) {
      event.target.close(); // a click on the backdrop
    }
  });

  // Messages can be put away.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) button.closest(button.dataset.dismiss).remove();
  });

  // Copy a field's value.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.querySelector(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = button.dataset.done;
    button.setAttribute("aria-live", "polite");
    setTimeout(() => (words.textContent = before), 2500);
  });

  // A form is sent once: a second press does nothing while the answer is on its way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    setTimeout(() => delete form.dataset.sent, 8000); // a download or a lost connection does not lock the form
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  // Menus close on Escape and on a click elsewhere.
  const openMenus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      menu.removeAttribute("open");
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    });
  });

  // <details id="…" data-remember> stays as one left it.
  const remember = () =>
    document.querySelectorAll("details[data-remember][id]").forEach((details) => {
      const key = `open:${location.pathname}#${details.id}`;
      try {
        const kept = sessionStorage.getItem(key);
        if (kept !== null) details.open = kept === "yes";
        details.addEventListener("toggle", () => sessionStorage.setItem(key, details.open ? "yes" : "no"));
      } catch {
        /* No storage: nothing is remembered. */
      }
    });

  // After a refused form the reader starts at the list of what is wrong.
  const ready = () => {
    remember();
    document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    document.querySelector("[data-focus]")?.focus();
  };
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", ready) : ready();

  // A list refreshed while one types says how many it found: [data-results-count] is read out.
  document.addEventListener("htmx:afterSettle", (event) => {
    const count = event.target.querySelector?.("[data-results-count]");
    const status = document.querySelector(".filters [data-results-status]");
    if (count && status) status.textContent = count.textContent;
  });
})();
