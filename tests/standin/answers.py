"""Answers before they become bytes on a line."""

import json
from dataclasses import dataclass, field, replace
from urllib.parse import quote

# Nothing but our own style sheet: what payers typed could not run even if it slipped through.
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, value) -> "Answer":
        return cls.json_text(status, json.dumps(value))

    @classmethod
    def json_text(cls, status: int, text: str) -> "Answer":
        return cls(status, text.encode())

    @classmethod
    def page(cls, html: str, status: int = 200) -> "Answer":
        return cls(status, html.encode(), "text/html; charset=utf-8", SAFE)

    @classmethod
    def redirect(cls, address: str) -> "Answer":
        return cls(303, kind="text/plain", headers={"Location": quote(address, safe="!#$%&'()*+,/:;=?@[]~")})

    def with_headers(self, more: dict[str, str]) -> "Answer":
        return replace(self, headers=self.headers | more)
