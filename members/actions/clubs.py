"""A club's own page."""

from django.db import transaction
from django.utils.translation import gettext_noop

from core.history import record
from core.locks import lock_row
from core.uploads import replace_file
from members.models import Club


@transaction.atomic
def edit_club(club: Club, *, by, **values) -> Club:
    """Change how a club presents itself (lead, description, colour, logo, contact address) and its objective.

    `logo` is a picture, the stored one, or False to take it away. Nothing is written when nothing changes.
    """
    club = lock_row(Club.objects.all(), club.pk)
    changed = {field for field, value in values.items() if _differs(club, field, value)}
    if not changed:
        return club
    if "logo" in changed:
        replace_file(club.logo, values["logo"] or None)
    for field in changed - {"logo"}:
        setattr(club, field, values[field])
    club.save(update_fields=sorted(changed))
    record(
        "members.club.edited",
        gettext_noop("Changed the page of the club %(name)s"),
        by=by,
        about=[club],
        name=club,
        fields=", ".join(sorted(changed)),
    )
    return club


def _differs(club: Club, field: str, value) -> bool:
    if field == "logo":  # a form gives back the stored picture when nothing was chosen
        return bool(club.logo) if value is False else bool(value) and value != club.logo
    return getattr(club, field) != value
