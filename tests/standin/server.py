"""HTTP on loopback, and nothing else."""

import ipaddress
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.standin import desk
from tests.standin.answers import Answer

MOST_BYTES = 1_000_000


def loopback(host: str) -> str:
    """The address to listen on, or a `ValueError` if others could reach it."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise ValueError(f"The stand-in listens on 127.0.0.1 only, not on {host}.")
    return host


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, standin, host: str, port: int):
        self.standin = standin
        super().__init__((loopback(host), port), Handler)

    def handle_error(self, request, client_address):
        """Callers may hang up on us, as we do on them."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "standin", ""
    timeout = 60
    server: Server

    def do_GET(self):
        self._answer("")

    def do_POST(self):
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self._write(Answer.json(413, {"error": {"type": "invalid_request_error", "message": "Too much."}}))
            return
        self._answer(self.rfile.read(int(length)).decode("utf-8", "replace"))

    def _answer(self, body: str):
        parts, standin = urlsplit(self.path), self.server.standin
        is_get = self.command == "GET"
        if parts.path.startswith("/v1/"):
            text = parts.query if is_get else body
            answer = standin.calls.handle(self.command, parts.path, text, self.headers)
        elif is_get:
            answer = desk.show(standin, parts.path, parts.query)
        else:
            answer = desk.order(standin, parts.path, body)
        self._write(answer)

    def _write(self, answer: Answer | None):
        """One answer a line: nobody is left waiting on a line when the server stops."""
        self.close_connection = True
        if answer is None:
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format, *args):
        """Quiet: in tests and in the demo other things are to be read."""
