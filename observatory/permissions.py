from members.models import Club
from members.rights import rights_of
from members.scope import Scope
from observatory.statistics import Spec


def can_open_list(person, spec: Spec, scope: Scope) -> bool:
    """Public lists for everybody; the others for coordinators and readers of the club (of all clubs, when the scope
    names none)."""
    rights = rights_of(person)
    if spec.is_public or rights.is_administrator:
        return True
    if scope.club is not None:
        return rights.reads(scope.club.pk)
    return rights.is_reader and not Club.objects.exclude(pk__in=rights.readable_club_ids).exists()
