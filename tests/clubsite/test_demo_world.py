"""The demo's day is the one of the clubs' clock."""

from datetime import UTC, date, datetime

import pytest

from clubsite.demo.world import World


@pytest.mark.parametrize(("hour", "day"), [(21, date(2027, 6, 14)), (22, date(2027, 6, 15)), (23, date(2027, 6, 15))])
def test_day_of_the_demo_is_the_local_one_around_midnight(hour, day):
    assert World(datetime(2027, 6, 14, hour, 30, tzinfo=UTC)).today == day
