/* A phone that stands at a door keeps a list of names: it goes when one signs out, and by itself 48 hours after the event. */
(async () => {
  "use strict";
  const { store, unsent } = document.currentScript.dataset;
  const names = (await indexedDB.databases?.().catch(() => [])) || [];
  if (!names.some((database) => database.name === "door")) return;
  const { readQueue, wipe, wipeExpired, wipePages } = await import(store);
  await wipeExpired();

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.action.endsWith("/accounts/logout/") || form.dataset.wiped) return;
    event.preventDefault();
    const waiting = (await readQueue()).length;
    if (waiting && !window.confirm(unsent.replace("{count}", waiting))) return;
    await wipe(null, { queue: true });
    await wipePages();
    form.dataset.wiped = "yes";
    form.submit();
  });
})();
