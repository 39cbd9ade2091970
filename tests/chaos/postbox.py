"""A mail server on loopback that counts the letters it is given."""

import re
import socket
from collections import Counter

from aiosmtpd.controller import Controller

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
MESSAGE_ID = re.compile(rb"^Message-ID: *(<.*>)\r?$", re.MULTILINE | re.IGNORECASE)


class Postbox:
    def __init__(self):
        self.arrived: Counter[str] = Counter()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's own name
        self.arrived[MESSAGE_ID.search(envelope.content)[1].decode()] += 1
        return "250 OK"

    def close(self) -> None:
        self._server.stop()
