"""Where a file says otherwise than a member: somebody decides."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.actions.imports import ADDRESS
from members.actions.organisations import place_organisation
from members.models import Difference, Organisation, Sector


@transaction.atomic
def take_difference(difference: Difference, *, by) -> Difference:
    """Put the file's value in the place of the member's; later files may then change it again without asking."""
    organisation, difference = _locked(difference)
    if difference.decided_at:
        return _already(difference, is_taken=True)
    if difference.field == "sectors":
        organisation.sectors.add(*Sector.objects.filter(name__in=difference.theirs.split(" | ")))
    else:
        setattr(organisation, difference.field, difference.theirs)
        organisation.edited_fields = [name for name in organisation.edited_fields if name != difference.field]
        if difference.field in ADDRESS:
            place_organisation(organisation, now=timezone.now())
        organisation.save()
    return _decide(difference, organisation, is_taken=True, by=by)


@transaction.atomic
def keep_difference(difference: Difference, *, by) -> Difference:
    """Keep what the member wrote; the same value is not asked about again."""
    organisation, difference = _locked(difference)
    if difference.decided_at:
        return _already(difference, is_taken=False)
    return _decide(difference, organisation, is_taken=False, by=by)


def _locked(difference: Difference) -> tuple[Organisation, Difference]:
    organisation = lock_row(Organisation.objects.all(), difference.organisation_id)
    fresh = Difference.objects.filter(pk=difference.pk).first()
    if fresh is None:
        raise RuleBroken(_("A newer file has brought another value: decide about that one."))
    return organisation, fresh


def _already(difference: Difference, *, is_taken: bool) -> Difference:
    """Deciding the same again changes nothing; deciding otherwise comes too late."""
    if difference.is_taken != is_taken:
        raise RuleBroken(_("This difference has already been decided otherwise."))
    return difference


def _decide(difference: Difference, organisation: Organisation, *, is_taken: bool, by) -> Difference:
    difference.decided_at, difference.decided_by, difference.is_taken = timezone.now(), by, is_taken
    difference.save(update_fields=["decided_at", "decided_by", "is_taken"])
    if is_taken:
        code, message = "members.difference.taken", gettext_noop("Took a value over from a file")
    else:
        code, message = "members.difference.kept", gettext_noop("Kept what its members wrote instead of a file’s value")
    record(code, message, by=by, about=[organisation], field=difference.field)
    return difference
