"""gunicorn as in production, and what its workers have used."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.asking import Asker

TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 30  # seconds: a server that has not answered by then never will


@dataclass(frozen=True)
class Server:
    port: int
    master: int
    first_answer: float  # seconds from its start to its first answer

    @property
    def workers(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()]

    def cpu(self) -> float:
        """Seconds of processor that the workers have used so far."""
        spent = 0
        for pid in self.workers:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent += int(fields[11]) + int(fields[12])
        return spent / TICK

    def memory(self, kind: str = "Pss") -> float:
        """MiB of the largest worker: "Pss" counts what processes share by its part, "Rss" in full."""
        return max(_memory(pid, kind) for pid in self.workers)


def _memory(pid: int, kind: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(kind)


@contextmanager
def serving(application: str, *flags: str, path: str = "/", workers: int = 2) -> Iterator[Server]:
    """The WSGI `application` until the block ends; `path` is asked for the first answer."""
    port, began = free_port(), time.perf_counter()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    with subprocess.Popen([*command, "--log-level", "warning", *flags]) as process:
        try:
            first_answer = _wait(port, path, process) - began
            Asker(port).get(path)
            yield Server(port, process.pid, first_answer)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def _wait(port: int, path: str, process: subprocess.Popen) -> float:
    """The moment of the first answer."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until and process.poll() is None:
        try:
            answer = Asker(port).get(path)
        except OSError:
            time.sleep(0.01)
            continue
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return time.perf_counter()
    raise RuntimeError("the server does not answer")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def own_cpu() -> float:
    """Seconds of processor that this process, which makes the load, has used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
