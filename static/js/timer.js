/* The timer of the pitches: seconds go down, and on below zero, until somebody goes on to the next one. Where it stands is
   kept in this tab, so that a page that is loaded again goes on. */
(() => {
  "use strict";

  const timer = document.getElementById("timer");
  if (!timer) return;
  const pitches = [...document.querySelectorAll("#pitches > li")].map((item) => ({
    seconds: Number(item.dataset.minutes) * 60,
    title: item.dataset.title,
    organisation: item.dataset.organisation,
  }));
  const part = (name) => timer.querySelector(`[data-timer="${name}"]`);
  const parts = Object.fromEntries(
    ["count", "title", "organisation", "clock", "state", "next"].map((name) => [name, part(name)]),
  );
  const button = (name) => timer.querySelector(`[data-press="${name}"]`);
  const KEY = `timer:${location.pathname}`;
  const LATE = 60;

  // `spent`: milliseconds of this pitch until `since`, the moment of the last start (null: it stands still).
  let stand = { index: 0, spent: 0, since: null };

  const keep = () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(stand));
    } catch {
      /* No storage: a page loaded again begins anew. */
    }
  };
  const remember = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY));
      if (kept && kept.index >= 0 && kept.index < pitches.length) stand = kept;
    } catch {
      /* Nothing kept, or nothing that can be read. */
    }
  };

  const spent = () => stand.spent + (stand.since === null ? 0 : Date.now() - stand.since);
  const left = () => Math.ceil((pitches[stand.index].seconds * 1000 - spent()) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const inWords = (seconds) => {
    const whole = Math.abs(seconds);
    return `${seconds < 0 ? "−" : ""}${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
  };
  // Only what changes is written: a screen reader hears each state once.
  const say = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  const show = () => {
    const pitch = pitches[stand.index];
    const next = pitches[stand.index + 1];
    const seconds = left();
    const isRunning = stand.since !== null;
    const isLate = seconds <= LATE && pitch.seconds > LATE;
    const tone = seconds <= 0 ? "over" : isLate && (isRunning || stand.spent > 0) ? "late" : "";
    const state = isRunning ? "running" : stand.spent > 0 ? "paused" : "ready";
    const words = timer.dataset;
    tone ? (words.tone = tone) : delete words.tone;
    words.state = state;
    say(parts.count, `${stand.index + 1} / ${pitches.length}`);
    say(parts.title, pitch.title);
    say(parts.organisation, pitch.organisation);
    say(parts.clock, inWords(seconds));
    const isPaused = state === "paused";
    const said = { over: words.wordOver, late: words.wordLate }[tone];
    say(parts.state, isPaused || !said ? { ready: words.wordReady, running: words.wordRunning, paused: words.wordPaused }[state] : said);
    say(parts.next, next ? `${words.wordNext} ${next.title} – ${next.organisation}` : words.wordLast);
    say(button("toggle"), isRunning ? words.wordPause : words.wordStart);
    button("previous").disabled = stand.index === 0;
    button("next").disabled = !next;
  };

  const change = (values) => {
    stand = { ...stand, ...values };
    keep();
    show();
  };
  const goTo = (index) => index >= 0 && index < pitches.length && change({ index, spent: 0, since: null });
  const presses = {
    toggle: () => (stand.since === null ? change({ since: Date.now() }) : change({ spent: spent(), since: null })),
    next: () => goTo(stand.index + 1),
    previous: () => goTo(stand.index - 1),
    again: () => goTo(stand.index),
    screen: () => (document.fullscreenElement ? document.exitFullscreen() : timer.requestFullscreen?.()),
  };
  const KEYS = { " ": "toggle", ArrowRight: "next", ArrowLeft: "previous", r: "again", f: "screen" };

  timer.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-press]");
    if (pressed) presses[pressed.dataset.press]();
  });
  document.addEventListener("keydown", (event) => {
    const press = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const isTyping = event.target.closest("input, textarea, select, summary, a, button") && event.key === " ";
    if (!press || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    presses[press]();
  });

  remember();
  show();
  setInterval(show, 250);
})();
