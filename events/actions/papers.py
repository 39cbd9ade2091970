"""What stands on the papers of an event, the funders' logos of a club, and which badges have been made."""

from collections.abc import Collection, Sequence

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from core.uploads import drop_file, store_file
from events.models import BadgePrint, Event, FunderLogo, PaperSettings, Place, ShownLogo
from members.models import Club


@transaction.atomic
def set_papers(
    event: Event, *, by, led_by: str, mention: str, signs_on_screen: bool, logos: Collection[FunderLogo]
) -> PaperSettings:
    """Say what stands on the papers of an event. `logos` are its club's own; any other is an error of the caller's.

    Raises RuleBroken, at `logos`, for one that has been removed meanwhile.
    """
    if any(logo.club_id != event.club_id for logo in logos):
        raise ValueError("a logo of another club")
    _keep(logos)
    settings, _is_new = PaperSettings.objects.update_or_create(
        event=event, defaults={"led_by": led_by, "mention": mention, "signs_on_screen": signs_on_screen}
    )
    event.shown_logos.exclude(logo__in=logos).delete()
    ShownLogo.objects.bulk_create([ShownLogo(event=event, logo=logo) for logo in logos], ignore_conflicts=True)
    record("events.papers.changed", gettext_noop("What stands on the papers was changed"), by=by, about=[event])
    return settings


def _keep(logos: Collection[FunderLogo]) -> None:
    """None of them is removed before the transaction ends."""
    try:
        for pk in sorted(logo.pk for logo in logos):
            lock_row(FunderLogo.objects.all(), pk)
    except FunderLogo.DoesNotExist as error:
        raise RuleBroken(_("A logo has been removed meanwhile: choose again."), field="logos") from error


@transaction.atomic
def copy_papers(event: Event, copy: Event) -> None:
    """Let the papers of a copied event look like those of the first."""
    settings = PaperSettings.objects.filter(event=event).first()
    if settings is not None:
        settings.pk, settings._state.adding, settings.event = None, True, copy
        settings.save()
    ShownLogo.objects.bulk_create(
        ShownLogo(event=copy, logo_id=pk) for pk in event.shown_logos.values_list("logo", flat=True)
    )


@transaction.atomic
def add_funder_logo(club: Club, *, by, name: str, picture) -> FunderLogo:
    """Keep a logo for the papers of the club's events (`picture`: re-encoded by its form field)."""
    try:
        with transaction.atomic():
            logo = FunderLogo(club=club, name=name)
            store_file(logo.picture, picture)
            logo.save()
    except IntegrityError as error:
        raise RuleBroken(_("This club has a logo of that name already."), field="name") from error
    record(
        "events.funder_logo.added", gettext_noop("A funder’s logo was added: %(name)s"), by=by, about=[club], name=name
    )
    return logo


@transaction.atomic
def remove_funder_logo(logo: FunderLogo, *, by) -> Club:
    """Take a logo away, with its file; repeat-safe. Raises RuleBroken while it stands on the papers of an event."""
    club, name = logo.club, logo.name
    try:
        logo = lock_row(FunderLogo.objects.all(), logo.pk)
    except FunderLogo.DoesNotExist:
        return club
    picture = logo.picture
    events = Event.objects.filter(shown_logos__logo=logo).count()
    try:
        logo.delete()
    except ProtectedError as error:
        sentence = ngettext(
            "It stands on the papers of one event: take it off there first.",
            "It stands on the papers of %(count)s events: take it off there first.",
            events,
        )
        raise RuleBroken(sentence % {"count": events}) from error
    record(
        "events.funder_logo.removed",
        gettext_noop("A funder’s logo was removed: %(name)s"),
        by=by,
        about=[club],
        name=name,
    )
    drop_file(picture)
    return club


@transaction.atomic
def note_badges(event: Event, places: Sequence[Place], *, by) -> Sequence[Place]:
    """Remember for whom badges were made, so that the next ones can be those for who has none."""
    now = timezone.now()
    BadgePrint.objects.bulk_create(
        [BadgePrint(place=place, ticket_version=place.ticket_version, printed_at=now) for place in places],
        update_conflicts=True, unique_fields=["place"], update_fields=["ticket_version", "printed_at"],
    )  # fmt: skip
    record("events.badges.made", gettext_noop("Badges were made; people: %(people)s"), by=by, about=[event],
           people=len(places))  # fmt: skip
    return places
