/* The worker's first duty: the door's page opens without network. Plain script, so that every browser's worker can run it.

   The page itself is asked for first and kept anew each time; what it is made of comes from the phone and is renewed
   behind. Lists and notes never lie here: those are the page's own affair (see store.js). `self.DOOR` is set by the
   worker's view: page, files, version. */

const PATIENCE_MS = 4000; // then the kept page is better than a slow one
const cacheName = () => `door:${self.DOOR.page}:${self.DOOR.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(cacheName())
      .then((cache) => cache.addAll([...self.DOOR.files, self.DOOR.page].map((url) => new Request(url, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const own = `door:${self.DOOR.page}:`;
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(own) && name !== cacheName()))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === self.DOOR.page) event.respondWith(freshPage(request));
  } else if (self.DOOR.files.includes(url.pathname)) {
    event.respondWith(keptFile(event, url.pathname));
  }
});

async function freshPage(request) {
  const cache = await caches.open(cacheName());
  const patience = new Promise((_, reject) => setTimeout(reject, PATIENCE_MS));
  try {
    const response = await Promise.race([fetch(request), patience]);
    if (response.ok && response.type === "basic" && !response.redirected) await cache.put(self.DOOR.page, response.clone());
    return response.status >= 500 ? (await cache.match(self.DOOR.page)) || response : response;
  } catch {
    return (await cache.match(self.DOOR.page)) || Response.error();
  }
}

async function keptFile(event, path) {
  const cache = await caches.open(cacheName());
  const kept = await cache.match(path);
  const renewed = fetch(path).then(async (response) => {
    if (response.ok) await cache.put(path, response.clone());
    return response;
  });
  if (!kept) return renewed;
  event.waitUntil(renewed.catch(() => undefined));
  return kept;
}
