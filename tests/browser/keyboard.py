"""Hands that touch nothing but the keyboard; each stop of the focus must be seen."""

from playwright.sync_api import Page

# The words by which a reader tells what has the focus, and whether the eye can.
STOP = """async () => {
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
  const words = [...(element.labels || [])].map((label) => label.innerText).join(" ")
    || element.getAttribute("aria-label") || element.innerText || element.title || "";
  const shown = [element, element.parentElement, ...(element.labels || [])].map((one) => getComputedStyle(one));
  const inner = !element.matches(":focus"); // the browser's own button inside a date field, with a ring of its own
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: element.name || "",
    words: words.replace(/\\s+/g, " ").trim(),
    ringed: inner || shown.some((one) => one.outlineStyle !== "none" && parseFloat(one.outlineWidth) >= 2),
    covered: top !== null && !element.contains(top) && !top.contains(element)
      && ![...(element.labels || [])].some((label) => label.contains(top) || top.contains(label)),
    inside: box.bottom > 0 && box.top < innerHeight,
    body: element === document.body,
  };
}"""
MOST = 150


class Keyboard:
    def __init__(self, page: Page):
        self.page = page

    def go_to(self, wanted: str, *, backwards: bool = False) -> "Keyboard":
        """Tab until the focus is on what is called `wanted`: its first words, or the name of a field."""
        passed = []
        for _ in range(MOST):
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            stop = self.page.evaluate(STOP)
            if stop["body"]:
                continue
            if stop["words"] in passed[:1]:  # once round
                break
            assert stop["ringed"] and stop["inside"] and not stop["covered"], f"unseen focus on {self.page.url}: {stop}"
            if stop["name"] == wanted or stop["words"].startswith(wanted):
                return self
            passed.append(stop["words"] or stop["name"])
        raise AssertionError(f"{wanted!r} cannot be reached on {self.page.url}; passed {passed}")

    def type(self, wanted: str, text: str) -> "Keyboard":
        self.go_to(wanted).page.keyboard.type(text)
        return self

    def press(self, key: str) -> "Keyboard":
        self.page.keyboard.press(key)
        return self

    def enter(self, wanted: str = "", *, backwards: bool = False) -> "Keyboard":
        """Press Enter, on `wanted` or where the focus is, and arrive on the next page."""
        if wanted:
            self.go_to(wanted, backwards=backwards)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self
