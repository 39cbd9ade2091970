/* What a door decides by itself: pure functions over plain values, no network, no storage, no page.

   A row of the list: { id, name, organisation, audience, status: confirmed|unpaid|waiting|gone, code (digest), attendance,
   at, walkIn, door, sessions, cameTo }. An entry: what was noted and is sent, see events/forms/entries.py. */

const FREED = ["excused", "absent"];

/* As the server compares text: lower case, no accents, words joined by one space. */
export function folded(text) {
  const opened = text.toLowerCase().replaceAll("œ", "oe").replaceAll("æ", "ae");
  const plain = opened.normalize("NFKD").replace(/\p{M}/gu, "");
  return (plain.match(/[a-z0-9]+/g) || []).join(" ");
}

/* The numbers that a ticket's code says, believed by nobody but enough to tell what it is not; null for other codes. */
export function numbersIn(code) {
  const found = /^K-([0-9A-Z]{1,13})-([0-9A-Z]{1,13})-([0-9A-Z]{1,6})-[A-Z2-7]{16}$/.exec(code.trim().toUpperCase());
  if (!found) return null;
  const [event, place, version] = found.slice(1).map((number) => parseInt(number, 36));
  return { event, place, version };
}

/* How a code is recognised without being known: the list holds digests, so that no ticket can be made from it. */
export async function digestOf(code) {
  const bytes = new TextEncoder().encode(code.trim().toUpperCase());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* Whether the door may be opened, by the phone's own clock put right. */
export function isItsDay(event, now) {
  const day = new Date(now);
  const pad = (number) => String(number).padStart(2, "0");
  return event.isRunning && `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}` >= event.opensOn;
}

export function isIn(row, session) {
  return session ? row.cameTo.includes(session) : row.attendance === "present";
}

/* What to say to a code while nobody can be asked. `row` is the line whose digest fits, `numbers` what the code says. */
export function judge({ row, numbers, event, session, now }) {
  if (!row) {
    if (numbers && numbers.event !== event.id) return { verdict: "other_event" };
    return { verdict: numbers ? "revoked" : "forged" };
  }
  if (row.status === "gone") return { verdict: "revoked", row };
  if (!isItsDay(event, now)) return { verdict: "not_today", row };
  if (row.status === "waiting") return { verdict: "waiting", row };
  if (isIn(row, session)) return { verdict: "already_in", row };
  if (row.status === "unpaid" && row.attendance !== "present") return { verdict: "unpaid", row };
  // The seat was freed and may be somebody else's by now: only the server knows.
  if (FREED.includes(row.attendance)) return { verdict: "no_seat", row };
  return { verdict: "let_in", row };
}

/* The row as it will be once the entry has been taken. Entries that decide nothing leave it as it is. */
export function noted(row, entry, door) {
  const at = new Date(entry.at).toISOString();
  const comes = entry.kind === "admit" || (entry.kind === "scan" && entry.verdict === "let_in");
  const attendance = comes ? "present" : entry.kind === "tick" ? entry.attendance : null;
  if (attendance === null) return row;
  const changed = { ...row, pending: true };
  if (entry.session) {
    const others = row.cameTo.filter((session) => session !== entry.session);
    changed.cameTo = attendance === "present" ? [...others, entry.session] : others;
    if (attendance !== "present" || row.attendance === "present") return changed;
  }
  if (entry.kind === "admit") changed.status = "confirmed";
  return { ...changed, attendance, at: attendance === "unknown" ? null : at, door: comes ? door : row.door };
}

/* The list as the device sees it: what the server said, and on top of it what it does not know yet. */
export function merged(rows, queue, door) {
  const list = new Map(rows.map((row) => [row.id, row]));
  for (const entry of queue) {
    const row = list.get(entry.place);
    if (row) list.set(row.id, noted(row, entry, door));
  }
  return list;
}

/* Every word begins a word of the name or the organisation's. */
export function matching(rows, text) {
  const words = folded(text).split(" ").filter(Boolean);
  return rows.filter((row) => {
    row.search ??= ` ${folded(`${row.name} ${row.organisation}`)}`;
    return words.every((word) => row.search.includes(` ${word}`));
  });
}

/* Who is here, who is expected, by audience; `here` came in by this door. Walk-ins that are not sent yet count. */
export function counted(rows, queue, { door, session }) {
  const figures = { present: 0, expected: 0, here: 0, audiences: {} };
  const count = (audience, isPresent, isHere) => {
    const line = (figures.audiences[audience] ??= { present: 0, expected: 0 });
    line.expected += 1;
    figures.expected += 1;
    if (!isPresent) return;
    line.present += 1;
    figures.present += 1;
    figures.here += isHere ? 1 : 0;
  };
  for (const row of rows) {
    if (row.status !== "confirmed" && row.status !== "unpaid") continue;
    if (session && row.sessions.length && !row.sessions.includes(session)) continue;
    if (FREED.includes(row.attendance)) continue;
    count(row.audience, isIn(row, session), session ? isIn(row, session) : row.door === door);
  }
  for (const entry of queue) if (entry.kind === "walk_in" && entry.fromReserve) count(entry.audience, true, true);
  return figures;
}

/* Seats that the door may still give without asking, to this audience: what the server kept for it, less what was given
   since and not sent. */
export function seatsLeft(reserve, queue, audience) {
  const given = queue.filter((entry) => entry.fromReserve);
  const left = new Map(reserve.map((kept) => [kept.id, kept.left]));
  const take = (wanted) => {
    // Seats of one audience go before seats of anybody's, as on the server.
    const order = [...reserve].sort((a, b) => (a.audience < b.audience ? 1 : -1));
    const kept = order.find((one) => left.get(one.id) > 0 && ["", wanted].includes(one.audience));
    if (kept) left.set(kept.id, left.get(kept.id) - 1);
    return Boolean(kept);
  };
  for (const entry of given) take(entry.audience);
  let count = 0;
  while (take(audience)) count += 1;
  return count;
}

/* “{count} to send” with its values. */
export function filled(words, values = {}) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
