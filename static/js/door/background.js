/* The worker's second duty, where the browser knows Background Sync: send what waits once the network is back, also when
   the page has been closed meanwhile. */

import "./keeping.js";
import { readQueue, wipeExpired } from "./store.js";
import { send } from "./sending.js";

self.addEventListener("sync", (event) => {
  if (event.tag === "door-send") event.waitUntil(sendWhatWaits());
});

async function sendWhatWaits() {
  await wipeExpired();
  const slugs = new Set((await readQueue()).map((entry) => entry.slug));
  for (const slug of slugs) {
    const { meaning } = await send(slug);
    if (meaning === "offline" || meaning === "error") throw new Error(meaning); // the browser tries again later
  }
}
