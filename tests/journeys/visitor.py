"""A person at a browser without script: opens pages, follows links, fills in the forms that are really there."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.core import mail
from django.test import Client


class _Page(HTMLParser):
    """Reads a page's forms with the values they would send, its links and its words."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.forms: list[dict] = []
        self.links: dict[str, str] = {}
        self.words: list[str] = []
        self._form = self._select = self._textarea = self._link = None
        self._hidden = 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ("script", "style"):
            self._hidden += 1
        if tag == "form":
            self._form = {
                "action": given.get("action", ""),
                "method": given.get("method", "get").lower(),
                "fields": {},
                "buttons": [],
            }
            self.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._link = [given["href"], ""]
        if self._form is None:
            return
        name, value = given.get("name"), given.get("value", "")
        if tag == "button" and given.get("type", "submit") == "submit":
            self._form["buttons"].append((name, value))
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio"):
                self._form["fields"].setdefault(name, [])
                if "checked" in given:
                    self._form["fields"][name].append(given.get("value", "on"))
            elif kind not in ("submit", "button", "image", "file"):
                self._form["fields"][name] = [value]
        elif tag == "textarea" and name:
            self._textarea = name
            self._form["fields"][name] = [""]
        elif tag == "select" and name:
            self._select = name
            self._form["fields"][name] = []
            self._first_option = True
        elif tag == "option" and self._select:
            chosen = self._form["fields"][self._select]
            if "selected" in given or (self._first_option and not chosen):
                self._form["fields"][self._select] = [value]
            self._first_option = False

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._hidden -= 1
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "a" and self._link:
            self.links.setdefault(" ".join(self._link[1].split()), self._link[0])
            self._link = None

    def handle_data(self, data):
        if self._hidden:
            return
        self.words.append(data)
        if self._textarea and self._form:
            self._form["fields"][self._textarea][0] += data
        if self._link:
            self._link[1] += data


class Visitor:
    """`open`, `follow` and `submit` answer with the status 200 or fail; `text` is what the page says."""

    def __init__(self, language: str = "fr"):
        self.client = Client(headers={"accept-language": language})
        self.path = "/"

    def open(self, path: str, status: int = 200) -> "Visitor":
        return self._arrive(self.client.get(path, follow=True), path, status)

    def _arrive(self, response, path: str, status: int) -> "Visitor":
        assert response.status_code == status, f"{path}: {response.status_code}"
        self.path = response.redirect_chain[-1][0] if response.redirect_chain else path
        self.response = response
        self.page = _Page(response.content.decode())
        self.text = " ".join(" ".join(self.page.words).split()).replace("\u00a0", " ").replace("\u202f", " ")
        return self

    def follow(self, label: str) -> "Visitor":
        """Follow the link whose words contain `label`."""
        found = [href for words, href in self.page.links.items() if label in words.replace("\u00a0", " ")]
        assert found, f"no link {label!r} on {self.path}: {sorted(self.page.links)}"
        return self.open(urljoin(self.path, found[0]))

    def form(self, having: str) -> dict:
        """The first posting form with a field of this name, or with this in its action."""
        for form in self.page.forms:
            names = [*form["fields"], *(name for name, _value in form["buttons"] if name)]
            if form["method"] == "post" and (having in names or having in form["action"]):
                return form
        raise AssertionError(
            f"no form with {having!r} on {self.path}: {[f['action'] for f in self.page.forms]}\n{self.text[:1500]}"
        )

    def submit(self, having: str, button: tuple[str, str] | None = None, status: int = 200, **values) -> "Visitor":
        """Fill in and send the form found by `having`; fields keep the values that the page gave them.

        A field name with dashes is given with double underscores (`people__0__email` for `people-0-email`).
        """
        form = self.form(having)
        fields = {name: list(given) for name, given in form["fields"].items()}
        for name, value in values.items():
            fields[name.replace("__", "-")] = value if isinstance(value, list) else [value]
        plain = [pressed for pressed in form["buttons"] if not pressed[0]]
        name, value = button or next(iter(plain or form["buttons"]), (None, ""))
        if name:
            fields[name] = [value]
        path = urljoin(self.path, form["action"] or "")
        data = {name: given if len(given) > 1 else given[0] for name, given in fields.items() if given}
        return self._arrive(self.client.post(path, data, follow=True), path, status)

    def says(self, *sentences: str) -> "Visitor":
        for sentence in sentences:
            assert sentence in self.text, f"{sentence!r} is not on {self.path}:\n{self.text[:3000]}"
        return self

    def says_not(self, *sentences: str) -> "Visitor":
        for sentence in sentences:
            assert sentence not in self.text, f"{sentence!r} is on {self.path}"
        return self


def letters_to(email: str) -> list:
    return [letter for letter in mail.outbox if email in letter.to]


def link_in(letter) -> str:
    """The path of the one link of a letter."""
    found = re.findall(r"https?://[^/\s]+(/\S*)", letter.body)
    assert found, letter.body
    return found[0]
