/* The page of a door: what is pressed, typed or read becomes an entry in the queue, is shown at once, and is sent. */

import { counted, digestOf, judge, matching, merged, numbersIn, seatsLeft } from "./logic.js";
import { enqueue, drop, phoneNumber, readList, readQueue, readRows, timesWiped, wipe, wipeExpired, wipePages } from "./store.js";
import { fetchList, openDoor, send } from "./sending.js";
import { look } from "./camera.js";
import { say, showFigures, showNews, showProblem, showResult, showRows, showState, timeOf, toneOf } from "./view.js";

const root = document.getElementById("door");
const find = (id) => document.getElementById(id);
const { slug, person } = root.dataset;
const MOST_ROWS = 40;
const EVERY = 20_000; // how often the list is brought up to date while nothing is noted
const SAME_CODE = 3000; // a camera sees the same code many times while it is held there

let list = null; // what came with the list; null until it was fetched once
let rows = new Map(); // the list with what is noted and not sent
let codes = new Map(); // digest → row's id
let queue = [];
let meaning = "offline";
let stopCamera = null;
let lastCode = { text: "", at: 0 };
let isChanging = false; // the door’s name is being chosen anew
let walkInKey = null; // the same until it was answered, so that a second press is no second person

// --- What is known and shown -----------------------------------------------------------------------------------------

async function reload() {
  list = await readList(slug);
  queue = await readQueue(slug);
  rows = merged(await readRows(slug), queue, list?.door?.id);
  codes = new Map([...rows.values()].map((row) => [row.code, row.id]));
  show();
}

function show() {
  const door = list?.door;
  find("door-setup").hidden = !list || (Boolean(door) && !isChanging && meaning !== "no_door");
  find("door-work").hidden = !door;
  showState(list ? meaning : timesWiped() ? "wiped" : "no_list", { count: queue.length, syncedAt: list?.syncedAt });
  if (!door) return;
  find("door-name").textContent = door.name;
  find("door-session").textContent = sessionTitle(door.session);
  showFigures(counted(rows.values(), queue, { door: door.id, session: door.session }));
  showPeople();
  showReserve();
}

function sessionTitle(session) {
  const option = session && find("setup-session").querySelector(`option[value="${session}"]`);
  return option ? option.textContent.trim() : "";
}

function showPeople() {
  const text = find("door-search").value;
  const shown = [...rows.values()].filter((row) => row.status !== "gone");
  const found = text.trim() ? matching(shown, text) : [];
  showRows(found, { session: list.door.session, most: MOST_ROWS, text: text.trim() });
}

function showReserve() {
  const audience = find("walk-in-audience").value || "buyers";
  const count = seatsLeft(list.reserve, queue, audience);
  find("walk-in-seats").textContent = say("seats_reserved", { count });
}

// --- Noting ----------------------------------------------------------------------------------------------------------

/* Keep it first, then say it: what was said is never lost. */
async function note(kind, values) {
  const entry = { key: crypto.randomUUID(), kind, at: Date.now(), ...values };
  if (list.door.session) entry.session = list.door.session;
  await enqueue(slug, entry);
  await reload();
  askForBackground();
  deliver();
  return entry;
}

async function onCode(text) {
  const code = text.trim();
  if (!code || code.length > 500 || !list?.door) return;
  if (code === lastCode.text && Date.now() - lastCode.at < SAME_CODE) {
    lastCode.at = Date.now();
    return;
  }
  lastCode = { text: code, at: Date.now() };
  const row = rows.get(codes.get(await digestOf(code)));
  const told = judge({ row, numbers: numbersIn(code), event: list.event, session: list.door.session, now: Date.now() });
  const entry = await note("scan", { code, verdict: told.verdict, ...(row ? { place: row.id } : {}) });
  lastCode.key = entry.key;
  showResult({ ...told, remark: remarkOn(told) });
  navigator.vibrate?.(told.verdict === "let_in" ? 60 : [60, 60, 60]);
}

function remarkOn({ verdict, row, door, at, event }) {
  if (verdict === "already_in") {
    const since = at ?? row?.at;
    const where = door || list.doors[row?.door];
    if (!since) return "";
    return where ? say("already_at", { door: where, time: timeOf(since) }) : say("already_since", { time: timeOf(since) });
  }
  if (verdict === "other_event" && event) return say("other_event_named", { event });
  if (verdict === "let_in" && row && list.door.session && row.sessions.length && !row.sessions.includes(list.door.session)) {
    return say("session_not_signed_up");
  }
  return "";
}

// --- Sending ---------------------------------------------------------------------------------------------------------

let isDelivering = false;
let isWanted = false;

/* Send what waits, and once more if something came in meanwhile. Never rejects: what fails waits for the next time. */
async function deliver() {
  isWanted = true;
  if (isDelivering) return;
  isDelivering = true;
  try {
    while (isWanted) {
      isWanted = false;
      if (queue.length) showState("sending", { count: queue.length });
      const sent = await send(slug);
      meaning = sent.meaning;
      await reload();
      sent.answers.forEach(takeIn);
    }
  } finally {
    isDelivering = false;
  }
}

/* An answer that says something else than the door was told is shown: on the card if it is the last code, else as news. */
function takeIn(answer) {
  const { entry, verdict } = answer;
  if (!entry) return;
  const row = rows.get(answer.place ?? entry.place);
  const name = row?.name ?? [entry.firstName, entry.lastName].filter(Boolean).join(" ");
  if (entry.key === lastCode.key) {
    showResult({ verdict, row, name, remark: remarkOn({ ...answer, row }) });
    return;
  }
  if (entry.key === walkInKey?.key) return;
  const isExpected = verdict === entry.verdict || ["let_in", "noted", "walked_in", "to_settle"].includes(verdict);
  if (isExpected) return;
  const remark = remarkOn({ ...answer, row });
  showNews([timeOf(entry.at), name, say(`verdict_${verdict}`), remark].filter(Boolean).join(" – "), toneOf(verdict));
}

async function askForBackground() {
  try {
    const registration = await navigator.serviceWorker?.ready;
    await registration?.sync?.register("door-send");
  } catch {
    /* No such thing here: the page sends when it is open. */
  }
}

// --- Setting up ------------------------------------------------------------------------------------------------------

find("setup-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = find("setup-name").value.trim();
  if (!name) return showProblem("setup-problem", say("field_needed"));
  const session = Number(find("setup-session").value) || null;
  const answer = await openDoor(slug, name, session);
  showProblem("setup-problem", answer.meaning === "ok" ? "" : answer.error || say("needs_network"));
  if (answer.meaning !== "ok") return;
  meaning = "ok";
  isChanging = false;
  await reload();
  find("door-code").focus();
  deliver();
});

find("door-change").addEventListener("click", () => {
  find("setup-name").value = list.door.name;
  find("setup-session").value = list.door.session ?? "";
  isChanging = true;
  show();
  find("setup-name").focus();
});

// --- Codes -----------------------------------------------------------------------------------------------------------

/* By keyboard, or by a scanner that types. */
find("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = find("door-code");
  lastCode = { text: "", at: 0 };
  onCode(field.value);
  field.value = "";
  field.focus();
});

find("camera-button").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (stopCamera) return closeCamera();
  showProblem("camera-problem", "");
  try {
    find("camera-view").hidden = false;
    stopCamera = await look({
      video: find("camera-video"), host: find("camera-host"), decoder: root.dataset.decoder, onCode,
    });
    button.setAttribute("aria-pressed", "true");
  } catch (error) {
    closeCamera();
    const reason = say(error?.name === "NotAllowedError" ? "camera_denied" : "camera_none");
    showProblem("camera-problem", say("camera_off", { reason }));
  }
});

function closeCamera() {
  stopCamera?.();
  stopCamera = null;
  find("camera-view").hidden = true;
  find("camera-button").setAttribute("aria-pressed", "false");
}

// --- The list --------------------------------------------------------------------------------------------------------

find("door-search").addEventListener("input", () => showPeople());
find("search-form").addEventListener("submit", (event) => event.preventDefault());

root.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const { act } = button.dataset;
  const place = Number(button.dataset.place);
  const row = rows.get(place);
  const inRows = button.closest("#door-rows");
  if (act === "admit") {
    const fromReserve = !navigator.onLine || meaning !== "ok" ? seatsLeft(list.reserve, queue, row.audience) > 0 : false;
    if (!fromReserve && (!navigator.onLine || meaning !== "ok")) {
      showResult({ verdict: "no_seat", row, remark: say("no_seats_offline") });
      return;
    }
    await note("admit", { place, fromReserve, audience: row.audience });
  } else {
    const isPressed = button.getAttribute("aria-pressed") === "true";
    await note("tick", { place, attendance: isPressed ? "unknown" : act });
  }
  if (inRows) document.querySelector(`#door-rows [data-place="${place}"][data-act="${act}"]`)?.focus();
  else showResult({ verdict: "noted", row: rows.get(place) });
});

// --- Walk-ins --------------------------------------------------------------------------------------------------------

find("walk-in-organisation").addEventListener("change", () => {
  const known = knownOrganisation();
  find("walk-in-audience-part").hidden = Boolean(known);
  if (known) find("walk-in-audience").value = known.audience;
  showReserve();
});
find("walk-in-audience").addEventListener("change", showReserve);

function knownOrganisation() {
  const name = find("walk-in-organisation").value.trim().toLowerCase();
  const found = (list?.organisations || []).filter((one) => one.name.toLowerCase() === name);
  return found.length === 1 ? found[0] : null;
}

find("walk-in-organisation").addEventListener("focus", () => {
  const options = (list?.organisations || []).map((one) => new Option(one.name, one.name));
  find("walk-in-organisations").replaceChildren(...options);
});

find("walk-in-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  if (!form.reportValidity()) return;
  const known = knownOrganisation();
  const audience = known ? known.audience : find("walk-in-audience").value;
  const values = {
    firstName: find("walk-in-first-name").value.trim(), lastName: find("walk-in-last-name").value.trim(),
    email: find("walk-in-email").value.trim(), organisationName: find("walk-in-organisation").value.trim(), audience,
    ...(known ? { organisation: known.id } : {}),
  };
  const name = `${values.firstName} ${values.lastName}`;
  const fromReserve = seatsLeft(list.reserve, queue, audience) > 0;
  const done = fromReserve ? await noteWalkIn(values) : await askForWalkIn(values);
  showProblem("walk-in-problem", done.problem || "");
  if (done.problem) return;
  showResult({ verdict: done.verdict, name, remark: done.remark });
  form.reset();
  find("walk-in-audience-part").hidden = false;
  showReserve();
  find("walk-in-first-name").focus();
});

/* On a seat kept for this door: in at once, whether there is network or not. */
async function noteWalkIn(values) {
  await note("walk_in", { ...values, fromReserve: true });
  return { verdict: "walked_in", remark: meaning === "ok" ? "" : say("pending") };
}

/* Without a kept seat only the server knows whether there is one: nobody is let in before it has answered. A press that
   was not answered is sent again under the same key, so that it lets in one person. */
async function askForWalkIn(values) {
  const text = JSON.stringify(values);
  if (walkInKey?.text !== text) walkInKey = { text, key: crypto.randomUUID() };
  const entry = { key: walkInKey.key, kind: "walk_in", at: Date.now(), ...values, fromReserve: false };
  if (list.door.session) entry.session = list.door.session;
  await enqueue(slug, entry);
  const sent = await send(slug);
  meaning = sent.meaning;
  const answer = sent.answers.find((one) => one.key === entry.key);
  if (!answer) await drop((await readQueue(slug)).filter((one) => one.key === entry.key).map((one) => one.number));
  await reload();
  sent.answers.forEach(takeIn);
  if (!answer) return { problem: say("no_seats_offline") };
  walkInKey = null;
  const isIn = ["walked_in", "to_settle"].includes(answer.verdict);
  return isIn ? { verdict: answer.verdict } : { problem: say(`verdict_${answer.verdict}`) };
}

// --- This phone ------------------------------------------------------------------------------------------------------

find("door-renew").addEventListener("click", async () => {
  await deliver();
  meaning = await fetchList(slug);
  await reload();
});

find("door-wipe").addEventListener("click", async () => {
  if (queue.length && !window.confirm(say("unsent", { count: queue.length }))) return;
  closeCamera();
  await wipe(slug, { queue: true });
  await wipePages();
  const registration = await navigator.serviceWorker?.getRegistration(location.pathname);
  await registration?.unregister();
  await reload();
});

// --- Beginning -------------------------------------------------------------------------------------------------------

async function registerWorker() {
  if (!("serviceWorker" in navigator)) return;
  const { worker } = root.dataset;
  try {
    await navigator.serviceWorker.register(worker, { type: "module", updateViaCache: "none" });
  } catch {
    await navigator.serviceWorker.register(`${worker}?plain`, { updateViaCache: "none" }).catch(() => undefined);
  }
}

async function begin() {
  if (!window.isSecureContext || !window.indexedDB || !navigator.locks) {
    showProblem("door-cannot", say("no_storage"));
    return;
  }
  if (await wipeExpired(slug)) showProblem("door-cannot", say("expired"));
  if (String((await readList(slug))?.person ?? person) !== person) await wipe(slug); // somebody else signed in here
  await phoneNumber();
  await reload();
  root.dataset.ready = "yes";
  registerWorker();
  navigator.storage?.persist?.(); // the browser is asked not to make room by throwing this away
  if (Date.now() < Number(root.dataset.expires)) {
    if (list) await deliver();
    if (!list || meaning === "ok" || meaning === "no_door") meaning = await fetchList(slug);
    await reload();
    if (queue.length && meaning === "ok") await deliver();
  }
  window.addEventListener("online", deliver);
  window.addEventListener("offline", () => ((meaning = "offline"), show()));
  document.addEventListener("visibilitychange", () => document.hidden || deliver());
  setInterval(() => document.hidden || !list?.door || deliver(), EVERY);
}

begin();
