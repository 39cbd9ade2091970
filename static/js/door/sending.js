/* Sends what waits in the queue and takes in what changed: from the page, or from the worker when the page is closed.

   An entry leaves the queue only together with its answer. Each has a key of its own, so that what is sent twice, because
   an answer was lost, is taken once. */

import { drop, keepList, readList, readQueue, changeList, phoneNumber, takeAnswer, timesWiped } from "./store.js";

const MOST = 200; // entries a message; the server takes at most 500
const PATIENCE = 20_000;

export const addressOf = (slug, what = "") => `/events/${slug}/door/${what}`;

async function ask(url, options = {}) {
  try {
    // A session that has ended answers with the way to the sign-in page: seen as such, not followed.
    return await fetch(url, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options });
  } catch {
    return null;
  }
}

/* What an answer means: ok, offline, signed_out, no_right, no_door, or error (the server is ill: try again later). */
function meaningOf(response) {
  if (response === null || response.status >= 500) return response === null ? "offline" : "error";
  if (response.type === "opaqueredirect" || response.status === 401) return "signed_out";
  if (response.status === 403 || response.status === 404) return "no_right";
  if (response.status === 409) return "no_door";
  return response.ok ? "ok" : "error";
}

function post(url, message, csrf) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf || "" };
  return ask(url, { method: "POST", headers, body: JSON.stringify(message) });
}

/* Fetch the whole list anew. */
export async function fetchList(slug) {
  const before = timesWiped();
  const response = await ask(`${addressOf(slug, "list.json")}?device=${await phoneNumber()}`);
  const meaning = meaningOf(response);
  const found = meaning === "ok" && (await response.json());
  if (found && timesWiped() === before) await keepList(slug, found);
  return meaning;
}

/* Stand at the door of that name; { meaning, error, field }. Needs the network: the name is given to one phone only. */
export async function openDoor(slug, name, session) {
  const list = await readList(slug);
  const device = await phoneNumber();
  const response = await post(addressOf(slug, "open/"), { device, name, session }, list?.csrf);
  const meaning = meaningOf(response);
  if (meaning === "ok") {
    await changeList(slug, { door: (await response.json()).door });
    return { meaning: await fetchList(slug) };
  }
  const refusal = response?.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  return { meaning, ...refusal };
}

/* One at a time, in whichever page or worker: { meaning, answers } of all that was sent. */
export function send(slug) {
  return navigator.locks.request(`door-${slug}`, () => sendAll(slug));
}

async function sendAll(slug) {
  const answers = [];
  for (let mayRenew = true; ; ) {
    const list = await readList(slug);
    const waiting = await readQueue(slug);
    if (!list) return { meaning: "no_list", answers };
    const entries = waiting.slice(0, MOST);
    const toSend = waiting.length - entries.length;
    const message = { device: await phoneNumber(), now: Date.now(), cursor: list.cursor, toSend, entries: entries.map(plain) };
    const response = await post(addressOf(slug, "sync/"), message, list.csrf);
    const meaning = meaningOf(response);
    if (meaning === "no_right" && mayRenew) {
      mayRenew = false; // the token of the page was of an earlier sign-in: the list brings a new one
      const renewed = await fetchList(slug);
      if (renewed === "ok") continue;
      return { meaning: renewed, answers };
    }
    if (meaning !== "ok") return { meaning, answers };
    const answer = await response.json();
    const settled = new Set(answer.answers.map((one) => one.key));
    const numbers = entries.filter((entry) => settled.has(entry.key)).map((entry) => entry.number);
    await takeAnswer(slug, numbers, answer);
    answers.push(...answer.answers.map((one) => ({ ...one, entry: entries.find((entry) => entry.key === one.key) })));
    if (answer.changes === null) await fetchList(slug);
    if (!toSend || !numbers.length) return { meaning, answers };
  }
}

/* Without what only the phone needs. */
function plain({ slug, number, verdict, ...entry }) {
  return entry;
}

export { drop };
