"""What is done with offers: written, shown, withdrawn. Rights are asked by the views, the rules of the moment here."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from core.uploads import drop_file, drop_files, store_file
from members.models import Club, Label, Organisation, Sector, Territory
from members.rights import rights_of
from memberships.models import Term
from offers import letters
from offers.enums import OfferStatus, Range
from offers.models import MAX_RANGE_KM, Offer, Picture


class OfferFields(TypedDict, total=False):
    """What an offer says; what is left out stays as it is."""

    title: str
    description: str
    provision: str
    sectors: Iterable[Sector]
    range: str
    range_km: int | None
    territories: Iterable[Territory]
    labels: Iterable[Label]
    references: str


COLUMNS = ("title", "description", "provision", "range", "range_km", "references")
MANY = ("sectors", "territories", "labels")


@transaction.atomic
def create_offer(organisation: Organisation, *, by, **fields: Unpack[OfferFields]) -> Offer:
    """Write a draft in the name of a structure. Its people see it; nobody else until it is published.

    Raises RuleBroken for an organisation that is no structure, a title it already uses, an incomplete range.
    """
    if not organisation.is_structure:
        raise RuleBroken(_("Only structures of the social economy publish offers."))
    lock_row(Organisation.objects.all(), organisation.pk)
    offer = Offer(organisation=organisation)
    _write(offer, fields)
    record(
        "offers.offer.created", gettext_noop("The offer “%(title)s” was drafted."),
        by=by, about=[offer, organisation], title=offer.title,
    )  # fmt: skip
    return offer


@transaction.atomic
def update_offer(offer: Offer, *, by, **fields: Unpack[OfferFields]) -> Offer:
    """Change what an offer says. A published one must stay complete.

    Raises RuleBroken for a title the structure already uses, an incomplete range, a published offer that would lack
    something.
    """
    lock_row(Organisation.objects.all(), offer.organisation_id)
    offer = lock_row(Offer.objects.all(), offer.pk)
    _write(offer, fields)
    if offer.is_published:
        check_complete(offer)
    record(
        "offers.offer.updated", gettext_noop("The offer “%(title)s” was changed."),
        by=by, about=[offer], title=offer.title,
    )  # fmt: skip
    return offer


@transaction.atomic
def publish_offer(offer: Offer, *, by) -> Offer:
    """Put a draft or a withdrawn offer in the showcase. Published already: nothing happens.

    The coordinators of its clubs get a letter for a structure's first offer and for one they had withdrawn. Raises
    RuleBroken when something is missing or the structure is no member of a club today.
    """
    offer = lock_row(Offer.objects.all(), offer.pk)
    if offer.is_published:
        return offer
    check_complete(offer)
    now = timezone.now()
    clubs = _clubs_of(offer, timezone.localdate(now))
    if not clubs:
        raise RuleBroken(_("Your structure is not a member of a club at present: its offers can be shown once it is."))
    others = Offer.objects.filter(organisation=offer.organisation_id, published_at__isnull=False).exclude(pk=offer.pk)
    is_first = offer.published_at is None and not others.exists()
    was_withdrawn_by_coordination = bool(offer.withdrawal_reason)
    offer.status, offer.withdrawal_reason = OfferStatus.PUBLISHED, ""
    offer.published_at = offer.published_at or now  # withdrawing and publishing again does not make it new
    offer.save(update_fields=["status", "withdrawal_reason", "published_at", "updated_at"])
    record(
        "offers.offer.published", gettext_noop("The offer “%(title)s” was published."),
        by=by, about=[offer, offer.organisation], title=offer.title,
    )  # fmt: skip
    if is_first or was_withdrawn_by_coordination:
        for club in clubs:
            letters.offer_published(offer, club, is_first=is_first)
    return offer


@transaction.atomic
def withdraw_offer(offer: Offer, *, by, reason: str = "") -> Offer:
    """Take an offer out of the showcase; it can be published again. Withdrawn already: nothing happens.

    Somebody who is not of the structure (its coordination) gives a reason, which its managers receive by letter.
    Raises RuleBroken for a missing reason and for a draft.
    """
    offer = lock_row(Offer.objects.all(), offer.pk)
    if offer.status == OfferStatus.WITHDRAWN:
        return offer
    if not offer.state.can_become(OfferStatus.WITHDRAWN):
        raise RuleBroken(_("This offer is a draft: it is not in the showcase."))
    is_own = rights_of(by).belongs_to(offer.organisation_id)
    reason = "" if is_own else reason.strip()
    if not is_own and not reason:
        raise RuleBroken(_("Say why: the structure receives your reason by letter."), field="reason")
    offer.status, offer.withdrawal_reason = OfferStatus.WITHDRAWN, reason
    offer.save(update_fields=["status", "withdrawal_reason", "updated_at"])
    record(
        "offers.offer.withdrawn",
        gettext_noop("The offer “%(title)s” was withdrawn.")
        if is_own
        else gettext_noop("The coordination withdrew the offer “%(title)s”: %(reason)s"),
        by=by, about=[offer, offer.organisation], title=offer.title, reason=reason,
    )  # fmt: skip
    if not is_own:
        letters.offer_withdrawn(offer, _club_of_coordinator(offer, by), reason=reason)
    return offer


@transaction.atomic
def delete_offer(offer: Offer, *, by) -> Offer:
    """Delete a draft with its pictures. Raises RuleBroken for an offer that has been public: others may refer to it."""
    offer = lock_row(Offer.objects.all(), offer.pk)
    if not offer.is_draft:
        raise RuleBroken(_("Only a draft can be deleted. An offer that has been published is withdrawn."))
    drop_files(picture.image for picture in offer.pictures.all())
    record(
        "offers.offer.deleted", gettext_noop("The draft offer “%(title)s” was deleted."),
        by=by, about=[offer.organisation], title=offer.title,
    )  # fmt: skip
    offer.delete()
    return offer


@transaction.atomic
def add_picture(offer: Offer, *, by, image, caption: str) -> Picture:
    """Add a picture (as re-encoded by `core.uploads`) with what it shows, for people who do not see it.

    Raises RuleBroken for a seventh picture and for an empty caption.
    """
    offer = lock_row(Offer.objects.all(), offer.pk)
    caption = " ".join(caption.split())
    if not caption:
        raise RuleBroken(_("Say what the picture shows, for people who do not see it."), field="caption")
    if offer.pictures.count() >= Offer.MAX_PICTURES:
        raise RuleBroken(
            _("An offer has at most %(most)d pictures: remove one first.") % {"most": Offer.MAX_PICTURES}, field="image"
        )
    picture = Picture(offer=offer, caption=caption)
    store_file(picture.image, image)
    picture.save()
    record(
        "offers.picture.added", gettext_noop("A picture was added: %(caption)s"), by=by, about=[offer], caption=caption
    )
    return picture


@transaction.atomic
def remove_picture(picture: Picture, *, by) -> Offer:
    """Remove a picture and its file; removed already: nothing happens."""
    offer = lock_row(Offer.objects.all(), picture.offer_id)
    if picture := offer.pictures.filter(pk=picture.pk).first():
        drop_file(picture.image)
        record(
            "offers.picture.removed", gettext_noop("A picture was removed: %(caption)s"),
            by=by, about=[offer], caption=picture.caption,
        )  # fmt: skip
        picture.delete()
    return offer


def check_range(range: str, range_km: int | None, territories: Iterable[Territory]) -> None:
    """Raise RuleBroken, at its field, for a range that says too little or too much."""
    if range == Range.AROUND and not range_km:
        raise RuleBroken(_("Say how many kilometres around your address you work."), field="range_km")
    if range == Range.AROUND and not 1 <= (range_km or 0) <= MAX_RANGE_KM:
        raise RuleBroken(
            _("Give between 1 and %(most)d km; further away, choose “In the whole country”.") % {"most": MAX_RANGE_KM},
            field="range_km",
        )
    if range == Range.TERRITORIES and not list(territories):
        raise RuleBroken(_("Tick at least one département or region."), field="territories")


def check_complete(offer: Offer) -> None:
    """Raise RuleBroken, at its field, when an offer lacks what a reader of the showcase needs."""
    if not offer.title.strip():
        raise RuleBroken(_("Give the offer a title."), field="title")
    if not offer.description.strip():
        raise RuleBroken(_("Describe the offer: what you do, how, for whom."), field="description")
    if not offer.provision:
        raise RuleBroken(_("Say what you provide: staff, a service or goods."), field="provision")
    if not offer.sectors.exists():
        raise RuleBroken(_("Tick at least one sector: buyers search by sector."), field="sectors")
    check_range(offer.range, offer.range_km, offer.territories.all())


def _write(offer: Offer, fields: OfferFields) -> None:
    """Set the given fields, keep range, kilometres and territories in accord, refresh the search text, save."""
    for name in COLUMNS:
        if name in fields:
            value = fields[name]  # type: ignore[literal-required]
            setattr(offer, name, value.strip() if isinstance(value, str) else value)
    many = {name: list(fields[name]) for name in MANY if name in fields}  # type: ignore[literal-required]
    if offer.range != Range.AROUND:
        offer.range_km = None
    if offer.range != Range.TERRITORIES:
        many["territories"] = []
    territories = many.get("territories")
    check_range(
        offer.range, offer.range_km, offer.territories.all() if territories is None and offer.pk else territories or []
    )
    if (
        Offer.objects.filter(organisation=offer.organisation_id, title__iexact=offer.title)
        .exclude(pk=offer.pk)
        .exists()
    ):
        raise RuleBroken(_("Your structure already has an offer with this title."), field="title")
    offer.save()
    for name, things in many.items():
        getattr(offer, name).set(things)
    offer.search_text = offer.searchable_text()
    offer.save(update_fields=["search_text"])


def _clubs_of(offer: Offer, today) -> list[Club]:
    terms = Term.objects.current(today).filter(organisation=offer.organisation_id)
    return list(Club.objects.filter(pk__in=terms.values("club")))


def _club_of_coordinator(offer: Offer, person) -> Club | None:
    """The club in whose name a coordinator writes to the structure (None for an administrator)."""
    terms = Term.objects.filter(organisation=offer.organisation_id, club__in=rights_of(person).coordinated_club_ids)
    return Club.objects.filter(pk__in=terms.values("club")).first()
