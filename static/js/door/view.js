/* Shows what the door knows: fills the templates of the page. No markup is made here but by cloning them, and every value
   is set as text. */

import { filled, isIn } from "./logic.js";

const find = (id) => document.getElementById(id);
const words = Object.fromEntries([...document.querySelectorAll("#door-words [data-word]")].map((one) => [one.dataset.word, one.textContent]));

export const say = (word, values) => filled(words[word] ?? word, values);

export function timeOf(moment) {
  return new Date(moment).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

const TONES = {
  let_in: "good", walked_in: "good", to_settle: "good", noted: "good",
  already_in: "late", unpaid: "late", waiting: "late", no_seat: "late", known: "late", overtaken: "late",
};
const toneOf = (verdict) => TONES[verdict] ?? "bad";

function clone(id) {
  return find(id).content.firstElementChild.cloneNode(true);
}

function fill(node, name, text) {
  for (const slot of node.querySelectorAll(`[data-slot="${name}"]`)) {
    slot.textContent = text;
    slot.hidden = !text;
  }
}

/* « Offline – 3 to send », « Up to date, 12:03 ». */
export function showState(meaning, { count, syncedAt }) {
  const word = {
    ok: count ? "online_pending" : "up_to_date", sending: "sending", offline: count ? "offline_pending" : "offline",
    error: count ? "offline_pending" : "offline", signed_out: "signed_out", no_right: "no_right", no_door: "door_taken",
    no_list: "never_synced", wiped: "wiped",
  }[meaning];
  const line = find("door-state");
  const text = say(word, { count, time: syncedAt ? timeOf(syncedAt) : "" });
  if (line.textContent !== text) line.textContent = text;
  line.dataset.state = meaning === "ok" ? (count ? "pending" : "good") : meaning === "sending" ? "pending" : "bad";
}

export function showFigures(figures) {
  find("figure-present").textContent = figures.present;
  find("figure-expected").textContent = figures.expected;
  find("figure-here").textContent = figures.here;
  for (const node of document.querySelectorAll("[data-audience-figure]")) {
    const line = figures.audiences[node.dataset.audienceFigure];
    node.parentElement.hidden = !line;
    if (line) node.textContent = `${line.present} / ${line.expected}`;
  }
}

/* What the last code said, in large letters. */
export function showResult({ verdict, row, name, remark }) {
  const card = find("door-result");
  const shown = clone("door-result-card");
  shown.classList.add(`notice-${toneOf(verdict)}`);
  shown.dataset.verdict = verdict;
  fill(shown, "verdict", say(`verdict_${verdict}`));
  fill(shown, "name", row ? row.name : name || "");
  fill(shown, "organisation", row ? row.organisation : "");
  fill(shown, "remark", remark || "");
  const letIn = shown.querySelector("[data-act]");
  const mayDecide = row && ["unpaid", "no_seat", "waiting"].includes(verdict);
  if (mayDecide) Object.assign(letIn.dataset, { place: row.id, act: verdict === "waiting" ? "admit" : "present" });
  else letIn.remove();
  card.replaceChildren(shown);
}

export function showRows(rows, { session, most, text }) {
  const list = find("door-rows");
  list.replaceChildren(...rows.slice(0, most).map((row) => rowNode(row, session)));
  const status = find("door-found");
  const word = rows.length === 0 ? "nobody" : rows.length > most ? "found_some" : "found";
  const said = text || rows.length ? say(word, { count: rows.length, shown: most }) : "";
  if (status.textContent !== said) status.textContent = said;
}

function rowNode(row, session) {
  const node = clone("door-row");
  const attendance = session ? (isIn(row, session) ? "present" : "unknown") : row.attendance;
  node.classList.add(`door-${attendance}`);
  node.dataset.place = row.id;
  fill(node, "name", row.name);
  fill(node, "organisation", row.organisation);
  fill(node, "standing", row.status === "confirmed" ? "" : say(row.status));
  fill(node, "walk-in", row.walkIn ? say("walk_in") : "");
  fill(node, "pending", row.pending ? say("pending") : "");
  fill(node, "time", attendance === "present" && row.at ? timeOf(row.at) : "");
  for (const button of node.querySelectorAll("[data-act]")) {
    const { act } = button.dataset;
    const isWaiting = row.status === "waiting";
    if ((act === "admit") !== isWaiting || (session && ["excused", "absent"].includes(act))) {
      button.remove();
      continue;
    }
    button.dataset.place = row.id;
    button.setAttribute("aria-label", `${button.textContent.trim()} – ${row.name}`);
    if (act !== "admit") button.setAttribute("aria-pressed", String(act === attendance));
  }
  return node;
}

/* Answers that differ from what the door was told offline, newest first; the last ten. */
export function showNews(text, tone) {
  const list = find("door-news");
  const item = document.createElement("li");
  item.className = `notice notice-${tone}`;
  item.textContent = text;
  list.prepend(item);
  while (list.children.length > 10) list.lastElementChild.remove();
  find("door-news-part").hidden = false;
}

export function showProblem(id, sentence) {
  const line = find(id);
  line.textContent = sentence;
  line.hidden = !sentence;
}

export { toneOf };
