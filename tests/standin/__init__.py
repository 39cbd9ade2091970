"""A stand-in for Stripe on this machine: its API, its checkout page, its clock and its moods, with no money in it.

Tests start a `Standin` in their own process; the demo runs `python -m tests.standin`. Only the standard library is used,
because the demo is installed without what tests need.

The rooms, each standing on the ones before it: `errors`, `objects` (shapes) ← `parameters`, `world` (state and clock) ←
`payments`, `reversals` (what happens to money) ← `agenda` (what happens by itself) ← `idempotency`, `lists`, `api`,
`calls` (the API) and `pages`, `checkout_page`, `control_page`, `desk` (the pages) ← `server`; beside them `mischief` and
`delivery` (events on their way). `standin` holds them together.
"""

from tests.standin.delivery import Sent
from tests.standin.errors import NotPossible
from tests.standin.mischief import Delivery
from tests.standin.standin import Standin
from tests.standin.world import Pace

__all__ = ["Delivery", "NotPossible", "Pace", "Sent", "Standin"]
