"""Parameters as Stripe reads them: forms in bracket notation, each name known, each value of its kind."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from tests.standin.errors import bad_parameter

MOST_METADATA = 50
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_BOUNDS = {"gt", "gte", "lt", "lte"}


def tree_of(text: str) -> dict:
    """`a[b][0]=x&c[]=y` as nested dictionaries; what is a list only shows when it is read."""
    tree: dict = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        match = _NAME.fullmatch(name)
        if not match:
            raise bad_parameter(name, f"Received unknown parameter: {name}", "parameter_unknown")
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        node = tree
        for part in path[:-1]:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise bad_parameter(name, f"Invalid object: {name}")
        node[path[-1] or str(len(node))] = value
    return tree


class Parameters:
    """One level of the parameters; what nobody took by the time of `done` is unknown, hence refused."""

    def __init__(self, tree: dict, prefix: str = ""):
        self._left, self._prefix = dict(tree), prefix

    def name(self, key: str) -> str:
        return f"{self._prefix}[{key}]" if self._prefix else key

    def wrong(self, key: str, message: str, code: str | None = None):
        return bad_parameter(self.name(key), message, code)

    def _take(self, key: str, required: bool):
        value = self._left.pop(key, None)
        if value is None and required:
            raise self.wrong(key, f"Missing required param: {self.name(key)}.", "parameter_missing")
        return value

    def text(self, key: str, *, required: bool = False, limit: int = 5000) -> str | None:
        value = self._take(key, required)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.wrong(key, f"Invalid string: {value}")
        if not value:
            raise self.wrong(key, f"You passed an empty string for '{self.name(key)}'.", "parameter_invalid_empty")
        if len(value) > limit:
            raise self.wrong(key, f"Invalid string: {value[:10]}...; must be at most {limit} characters")
        return value

    def integer(self, key: str, *, required: bool = False, least: int = 0, most: int = 99_999_999) -> int | None:
        value = self._take(key, required)
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,15}", value):
            raise self.wrong(key, f"Invalid integer: {value}", "parameter_invalid_integer")
        if int(value) < least:
            message = f"This value must be greater than or equal to {least}."
            raise self.wrong(key, message, "parameter_invalid_integer")
        if int(value) > most:
            raise self.wrong(key, f"This value must be less than or equal to {most}.", "parameter_invalid_integer")
        return int(value)

    def choice(self, key: str, choices: Sequence[str], *, required: bool = False) -> str | None:
        value = self.text(key, required=required)
        if value is not None and value not in choices:
            raise self.wrong(key, f"Invalid {self.name(key)}: must be one of {', '.join(choices)}")
        return value

    def url(self, key: str, *, required: bool = False) -> str | None:
        value = self.text(key, required=required)
        if value is not None:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
                raise self.wrong(key, "Not a valid URL", "url_invalid")
        return value

    def email(self, key: str) -> str | None:
        value = self.text(key, limit=800)
        if value is not None and not _EMAIL.fullmatch(value):
            raise self.wrong(key, f"Invalid email address: {value}", "email_invalid")
        return value

    def texts(self, key: str) -> list[str]:
        return [value for _index, value in self._listed(key, required=False, kind=str)]

    def group(self, key: str, *, required: bool = False) -> "Parameters":
        value = self._take(key, required)
        if value is not None and not isinstance(value, dict):
            raise self.wrong(key, f"Invalid object: {value}")
        return Parameters(value or {}, self.name(key))

    def groups(self, key: str, *, required: bool = False) -> list["Parameters"]:
        listed = self._listed(key, required=required, kind=dict)
        return [Parameters(value, f"{self.name(key)}[{index}]") for index, value in listed]

    def _listed(self, key: str, *, required: bool, kind: type) -> list[tuple[int, object]]:
        value = self._take(key, required)
        if value is None:
            return []
        if not isinstance(value, dict) or not all(index.isdecimal() for index in value):
            raise self.wrong(key, "Invalid array", "parameter_invalid_array")
        listed = sorted((int(index), one) for index, one in value.items())
        if not all(isinstance(one, kind) for _index, one in listed):
            raise self.wrong(key, f"Invalid array of {kind.__name__}")
        return listed

    def metadata(self, key: str = "metadata") -> dict[str, str]:
        value = self._take(key, required=False) or {}
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise self.wrong(key, f"Invalid {self.name(key)}: must be an object of strings")
        if len(value) > MOST_METADATA:
            raise self.wrong(key, f"Metadata can have up to {MOST_METADATA} keys, yours has {len(value)}.")
        for one, text in value.items():
            if len(one) > 40 or len(text) > 500:
                message = "Metadata keys can have up to 40 characters, values up to 500."
                raise bad_parameter(f"{self.name(key)}[{one}]", message)
        return {one: text for one, text in value.items() if text}

    def span(self, key: str = "created") -> dict[str, int]:
        """`created=…` or `created[gte]=…`: bounds by name, "eq" for the plain form."""
        value = self._left.pop(key, None)
        bounds = {} if value is None else value if isinstance(value, dict) else {"eq": value}
        for bound, moment in bounds.items():
            if bound not in _BOUNDS | {"eq"} or not isinstance(moment, str) or not moment.isdecimal():
                raise self.wrong(key, f"Invalid timestamp: {moment}")
        return {bound: int(moment) for bound, moment in bounds.items()}

    def ignore(self, *keys: str) -> None:
        """Names that Stripe knows and that change nothing here."""
        for key in keys:
            self._left.pop(key, None)

    def done(self) -> None:
        for key in self._left:
            raise self.wrong(key, f"Received unknown parameter: {self.name(key)}", "parameter_unknown")
