"""All that is sold in a history."""

from tests.chaos.dues import Memberships
from tests.chaos.goods import THINGS
from tests.chaos.places import Places

KINDS = {THINGS: 6, Memberships(): 2, Places(): 3}
