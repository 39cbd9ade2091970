"""A person at a browser. Every page that it comes to is looked at: what axe, the console or the policy complain of fails."""

from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, expect

from members.models import Person
from tests.browser.pictures import FOLDER, small_png

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONTRAST = ["color-contrast"]  # the one thing that another colour scheme can change
# Only what is wrong leaves the browser: all that is right would be megabytes.
FAULTS = """async (rules) => (await axe.run({ runOnly: rules, resultTypes: ["violations"] })).violations.map(
  (fault) => `${fault.id}: ${fault.help}: ${fault.nodes.slice(0, 3).map((node) => node.html).join(" ")}`)"""
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def file(name: str, content: bytes) -> dict:
    """A file to be chosen in a form (`page.set_input_files`)."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


class Visitor:
    """`look()` follows every `open`, `press` and `follow`; words are those of the page, in French."""

    def __init__(self, context: BrowserContext, base: str):
        self.base, self.complaints = base, []
        self.page = context.new_page()
        self.page.on("console", lambda message: self._complain(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("requestfailed", self._note_failure)
        self.page.on("response", self._note_answer)
        self.page.set_default_timeout(15_000)

    def _complain(self, words: str) -> None:
        self.complaints.append(f"{urlsplit(self.page.url).path}: {words}")

    def _note_failure(self, request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page left while it was still fetching, or a download
            self._complain(f"{request.url}: {request.failure}")

    def _note_answer(self, response) -> None:
        if response.status >= 400:
            self._complain(f"{response.status} {response.url}")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    # --- Coming to a page ---------------------------------------------------------------------------------------------

    def sign_in(self, person: Person) -> "Visitor":
        """As if signed in before: the session's cookie."""
        client = Client()
        client.force_login(person)
        self.page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.base}]
        )
        return self

    def open(self, path: str) -> "Visitor":
        self.page.goto(self.base + path)
        return self.look()

    def press(self, name: str, within: Locator | None = None) -> "Visitor":
        """Press the button called `name` and look at the page that follows."""
        return self._leave_by("button", name, within)

    def follow(self, name: str, within: Locator | None = None) -> "Visitor":
        return self._leave_by("link", name, within)

    def _leave_by(self, role: str, name: str, within: Locator | None) -> "Visitor":
        target = (within or self.main).get_by_role(role, name=name).first
        with self.page.expect_navigation():
            target.click()
        return self.look()

    # --- Looking at it ------------------------------------------------------------------------------------------------

    def look(self) -> "Visitor":
        """Nothing to complain of: axe, console, policy, failed requests, one h1, nothing beyond the screen's edge."""
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.barriers() == [], self.path
        self.fits()
        assert self.complaints == []
        return self

    def look_without_script(self) -> "Visitor":
        """The same without axe, which is a script itself."""
        expect(self.page.locator("h1")).to_have_count(1)
        self.fits()
        assert self.complaints == []
        return self

    def looks_well_in_the_dark(self) -> "Visitor":
        """The contrasts of the dark colours, and back to the light."""
        self.page.emulate_media(color_scheme="dark")
        expect(self.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        assert self.barriers(CONTRAST) == [], f"{self.path}, dark"
        self.page.emulate_media(color_scheme="light")
        return self

    def barriers(self, rules: list[str] = WCAG) -> list[str]:
        """What axe finds on the page as it stands."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE_SCRIPT)
        return self.page.evaluate(FAULTS, rules)

    def fits(self) -> None:
        width = self.page.viewport_size["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{self.path} is wider than {width}"

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())

    def says(self, *sentences: str) -> "Visitor":
        missing = [sentence for sentence in sentences if sentence not in self.text]
        assert not missing, f"{missing} not on {self.path}: {self.text}"
        return self

    def says_not(self, *sentences: str) -> "Visitor":
        found = [sentence for sentence in sentences if sentence in self.text]
        assert not found, f"{found} on {self.path}"
        return self

    # --- Filling in ---------------------------------------------------------------------------------------------------

    def field(self, name: str) -> Locator:
        return self.main.locator(f"form[method=post] [name='{name}']")

    def fill(self, **values: str) -> "Visitor":
        """Type into the fields of these names (`form_0_email` is `form-0-email`)."""
        for name, value in values.items():
            field = self.field(name.replace("form_0_", "form-0-").replace("form_1_", "form-1-"))
            if field.first.evaluate("field => field.localName") == "select":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def tick(self, label: str, fold: str = "") -> "Visitor":
        """Tick the box of this label, in the part of the form that `fold` opens."""
        box = self.main.get_by_label(label, exact=True)
        if fold and not box.is_visible():
            self.main.locator("summary", has_text=fold).click()
        box.check()
        return self

    # --- Pictures for the README --------------------------------------------------------------------------------------

    def take_picture(self, name: str) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.png").write_bytes(small_png(self.page.screenshot()))
