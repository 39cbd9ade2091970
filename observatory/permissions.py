from members.models import Club
from members.rights import rights_of
from members.scope import Scope


def can_open_list(person, scope: Scope, *, is_public: bool) -> bool:
    """Public lists for everybody; the others for coordinators and readers of the club (of all clubs, when the scope
    names none).
    """
    rights = rights_of(person)
    if is_public or rights.is_administrator:
        return True
    if scope.club is not None:
        return rights.reads(scope.club.pk)
    return rights.is_reader and not Club.objects.exclude(pk__in=rights.readable_club_ids).exists()


def can_read_event_report(person, club_id: int) -> bool:
    """Coordinators and readers of the club: figures that name nobody."""
    return rights_of(person).reads(club_id)
