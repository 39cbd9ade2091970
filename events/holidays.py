"""The public holidays of France and of its territories (Code du travail, L3133-1 and L3422-2)."""

from datetime import date

from dateutil.easter import easter
from django.utils.translation import gettext_lazy as _

from events.enums import EventTimeZone

FIXED = {
    (1, 1): _("New Year’s Day"),
    (5, 1): _("Labour Day"),
    (5, 8): _("Victory Day 1945"),
    (7, 14): _("National Day"),
    (8, 15): _("Assumption"),
    (11, 1): _("All Saints’ Day"),
    (11, 11): _("Armistice Day 1918"),
    (12, 25): _("Christmas Day"),
}
AFTER_EASTER = {1: _("Easter Monday"), 39: _("Ascension Day"), 50: _("Whit Monday")}
# Each territory keeps the day on which slavery was abolished there.
ABOLITION = {
    EventTimeZone.MAYOTTE: (4, 27),
    EventTimeZone.MARTINIQUE: (5, 22),
    EventTimeZone.GUADELOUPE: (5, 27),
    EventTimeZone.GUYANE: (6, 10),
    EventTimeZone.REUNION: (12, 20),
}


def holiday_on(day: date, time_zone: str):
    """What is celebrated on `day` at a place with this clock; "" on any other day."""
    if ABOLITION.get(EventTimeZone(time_zone)) == (day.month, day.day):
        return _("Abolition of slavery")
    return FIXED.get((day.month, day.day)) or AFTER_EASTER.get((day - easter(day.year)).days, "")
