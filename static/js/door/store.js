/* What is kept on the phone, in IndexedDB: it outlives the page, the browser and an empty battery.

   lists: per event what came with the list (door, cursor, reserve, token…); places: its rows; queue: what was noted and
   is not sent; meta: the phone's own number. */

const NAME = "door";
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("meta");
      db.createObjectStore("lists", { keyPath: "slug" });
      db.createObjectStore("places", { keyPath: ["slug", "id"] });
      db.createObjectStore("queue", { keyPath: "number", autoIncrement: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/* Run `work(stores…)` in one transaction; what it asked for is there, whole or not at all, when the promise is kept. */
async function transaction(names, mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const change = db.transaction(names, mode, { durability: "strict" });
    const result = work(...names.map((name) => change.objectStore(name)));
    change.oncomplete = () => resolve(result?.result ?? result);
    change.onerror = change.onabort = () => reject(change.error);
  });
}

const rowsOf = (slug) => IDBKeyRange.bound([slug, 0], [slug, Infinity]);

export async function phoneNumber() {
  const known = await transaction(["meta"], "readonly", (meta) => meta.get("phone"));
  if (typeof known === "string") return known;
  const made = crypto.randomUUID();
  await transaction(["meta"], "readwrite", (meta) => void meta.put(made, "phone"));
  return made;
}

export async function readList(slug) {
  const found = await transaction(["lists"], "readonly", (lists) => lists.get(slug));
  return found?.slug ? found : null;
}

export function readRows(slug) {
  return transaction(["places"], "readonly", (places) => places.getAll(rowsOf(slug)));
}

/* The list as it was fetched takes the place of the one before. */
export function keepList(slug, { places: rows, ...list }) {
  return transaction(["lists", "places"], "readwrite", (lists, places) => {
    places.delete(rowsOf(slug));
    for (const row of rows) places.put({ ...row, slug });
    lists.put({ ...list, slug, syncedAt: Date.now() });
  });
}

export async function changeList(slug, changes) {
  const list = await readList(slug);
  if (list) await transaction(["lists"], "readwrite", (lists) => void lists.put({ ...list, ...changes }));
}

/* What was noted waits here until the server has answered it. */
export function enqueue(slug, entry) {
  return transaction(["queue"], "readwrite", (queue) => void queue.add({ ...entry, slug }));
}

export async function readQueue(slug) {
  const all = await transaction(["queue"], "readonly", (queue) => queue.getAll());
  return slug ? all.filter((entry) => entry.slug === slug) : all;
}

export function drop(numbers) {
  return transaction(["queue"], "readwrite", (queue) => numbers.forEach((number) => queue.delete(number)));
}

/* An answer is taken whole: what it settles leaves the queue in the same moment as the list learns of it. */
export async function takeAnswer(slug, numbers, answer) {
  const list = await readList(slug);
  return transaction(["lists", "places", "queue"], "readwrite", (lists, places, queue) => {
    numbers.forEach((number) => queue.delete(number));
    if (!list) return; // wiped meanwhile
    for (const row of answer.changes || []) places.put({ ...row, slug });
    const { cursor, reserve } = answer;
    lists.put({ ...list, cursor, reserve, syncedAt: Date.now() });
  });
}

let wipes = 0;

/* How often this page has wiped: a list that was asked for before must not come back after. */
export const timesWiped = () => wipes;

/* Names leave the phone; what was noted and not sent stays unless `queue` is told to go as well. */
export function wipe(slug, { queue: alsoQueue = false } = {}) {
  wipes += 1;
  return transaction(["lists", "places", "queue"], "readwrite", (lists, places, queue) => {
    if (!slug) return [lists, places, ...(alsoQueue ? [queue] : [])].forEach((store) => store.clear());
    lists.delete(slug);
    places.delete(rowsOf(slug));
    if (!alsoQueue) return;
    const all = queue.getAll();
    all.onsuccess = () => all.result.filter((one) => one.slug === slug).forEach((one) => queue.delete(one.number));
  }).then(() => undefined);
}

/* Lists of events that are long over; returns whether this event's was one. */
export async function wipeExpired(slug, now = Date.now()) {
  const lists = await transaction(["lists"], "readonly", (all) => all.getAll());
  const over = lists.filter((list) => list.expiresAt < now);
  for (const list of over) await wipe(list.slug);
  return over.some((list) => list.slug === slug);
}

/* Pages kept for when there is no network. */
export async function wipePages() {
  for (const name of await caches.keys()) if (name.startsWith("door:")) await caches.delete(name);
}
