"""What the tests forbid that Django lets pass: unknown template variables, and any network but this machine's own."""

import ipaddress
import socket
import sys
from pathlib import Path

from django.db.models import Model
from django.template.base import FilterExpression, Node
from zeal.listeners import n_plus_one_listener
from zeal.patch import get_instance_key

from core.prepared import Prepared

OWN_TEMPLATES = str(Path(__file__).resolve().parent.parent / "templates")


class UnknownVariableError(AssertionError):
    pass


class UnknownVariable(str):
    """Stands as `string_if_invalid`: empty for other people's templates, an error for ours.

    `{{ option|default:"…" }}` says that the option may be missing, so it is no error.
    """

    def __bool__(self):
        caller = sys._getframe(1)
        expression = caller.f_locals.get("self")
        if isinstance(expression, FilterExpression):
            filters = [getattr(function, "_filter_name", "") for function, _arguments in expression.filters]
            if filters[:1] not in (["default"], ["default_if_none"]):
                self._refuse(expression.token, caller)
        return False

    def __contains__(self, text):
        caller = sys._getframe(1)
        if caller.f_code.co_name == "render_value":  # {% blocktranslate %} fills in its values
            self._refuse(caller.f_locals["key"], caller)
        return super().__contains__(text)

    def _refuse(self, variable, frame):
        while frame:
            node = frame.f_locals.get("self")
            if isinstance(node, Node) and getattr(node, "origin", None):
                if str(node.origin.name).startswith(OWN_TEMPLATES):
                    raise UnknownVariableError(f"{node.origin.template_name} names the unknown variable {variable!r}")
                return
            frame = frame.f_back


def let_zeal_know_single_rows(monkeypatch) -> None:
    """A row asked for by itself is no row of a list: what is read of it is no N+1 (as zeal knows of `get` and `first`)."""
    first = Prepared.first

    def noted(self, *values):
        row = first(self, *values)
        if isinstance(row, Model):
            n_plus_one_listener.ignore(get_instance_key(row))
        return row

    monkeypatch.setattr(Prepared, "first", noted)


class NetworkForbiddenError(AssertionError):
    pass


def forbid_network(monkeypatch) -> None:
    """Let sockets reach this machine only."""
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self, address):
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise NetworkForbiddenError(f"a test reaches for {address}")
        return connect(self, address)

    def guarded_getaddrinfo(host, *args, **kwargs):
        if host is not None and not _is_loopback(host):
            raise NetworkForbiddenError(f"a test looks up {host}")
        return getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


def _is_loopback(host) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in ("", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
