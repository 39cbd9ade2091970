"""The stand-in as a server of its own, for the demo: `python -m tests.standin --help`."""

import argparse
import signal
import sys
import threading

from tests.standin.standin import Standin

SECONDS = 5  # between two looks at what is due


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=12111, help="default: %(default)s")
    parser.add_argument("--webhook", help="where events go, e.g. http://127.0.0.1:8000/billing/stripe/webhook/")
    parser.add_argument("--secret-key", default="sk_test_standin", help="default: %(default)s")
    parser.add_argument("--webhook-secret", default="whsec_standin", help="default: %(default)s")
    parser.add_argument("--state", metavar="FILE", help="keep everything in this file and begin with it next time")
    return parser.parse_args()


def main() -> int:
    given, over = arguments(), threading.Event()
    standin = Standin(
        host=given.host,
        port=given.port,
        secret_key=given.secret_key,
        webhook_secret=given.webhook_secret,
        webhook=given.webhook,
        state=given.state,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        standin.start()
    except (OSError, ValueError) as problem:
        print(f"The stand-in for Stripe does not start: {problem}", file=sys.stderr)
        return 1
    print(f"The stand-in for Stripe (no money moves) is on {standin.url}/", flush=True)
    while not over.wait(SECONDS):
        standin.tick()
    standin.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
