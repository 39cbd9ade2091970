"""The real document maker, in one process that stays warm: begun anew in each child it would take five times as long.

Its threads, too, would not survive a fork: nobody who forks may ever have made a document.
"""

import os
import signal
import threading
from multiprocessing.connection import Client, Listener
from pathlib import Path

from billing.documents import rendering
from billing.documents.content import InvoiceContent


class Press:
    def __init__(self, folder: Path):
        self._address, self._make = str(folder / "press"), rendering.invoice_pdf
        self._listener = Listener(self._address, "AF_UNIX", backlog=16)
        end_of_work, self._working = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self._working)
            self._work(end_of_work)
        os.close(end_of_work)
        rendering.invoice_pdf = self._ask

    def _work(self, end_of_work: int) -> None:
        """Never returns: it is stopped from outside, or ends with whoever began it."""
        threading.Thread(target=lambda: (os.read(end_of_work, 1), os._exit(0)), daemon=True).start()
        while True:
            with self._listener.accept() as caller:
                try:
                    caller.send_bytes(self._make(InvoiceContent.from_json(caller.recv())))
                except (EOFError, OSError):  # who asked was killed
                    continue

    def _ask(self, content: InvoiceContent) -> bytes:
        with Client(self._address, "AF_UNIX") as press:
            press.send(content.to_json())
            return press.recv_bytes()

    def stop(self) -> None:
        rendering.invoice_pdf = self._make
        self._listener.close()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
