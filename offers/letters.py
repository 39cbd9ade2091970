"""The letters about offers: to the coordinators for a structure's first one, to its managers when one is withdrawn."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from members.enums import ClubRoleKind, RoleLevel
from members.models import Club, Person
from offers.models import Offer


def offer_published(offer: Offer, club: Club, *, is_first: bool) -> None:
    """To the club's coordinators: a structure's first offer, or one they had withdrawn, is in the showcase."""
    coordinators = Person.objects.filter(
        club_roles__club=club, club_roles__kind=ClubRoleKind.COORDINATOR, is_active=True
    ).order_by("pk")
    for person in coordinators:
        recipient = Recipient.of(person)
        with writing_to(recipient):
            values = {"structure": offer.organisation, "title": offer.title}
            if is_first:
                subject = _("%(structure)s publishes its first offer")
                paragraphs = [
                    _("%(structure)s has just published its first offer in the showcase: “%(title)s”.") % values
                ]
            else:
                subject = _("%(structure)s publishes its offer again")
                paragraphs = [
                    _("%(structure)s has published “%(title)s” again, which you had withdrawn from the showcase.")
                    % values
                ]
            paragraphs.append(
                _("Please read it: if something is missing, write to the structure or withdraw the offer.")
            )
            queue_letter(
                "offers.offer.published", to=recipient, subject=subject % values, paragraphs=paragraphs,
                facts=[(_("Activity"), offer.get_provision_display()), (_("Range"), offer.range_in_words())],
                button=(_("See the offer"), link_to(offer.get_absolute_url())),
                about=[offer, offer.organisation, club], sender_name=club.name,
            )  # fmt: skip


def offer_withdrawn(offer: Offer, club: Club | None, *, reason: str) -> None:
    """To the structure's managers: the coordination has withdrawn their offer, why, and what they can do."""
    managers = Person.objects.filter(
        roles__organisation=offer.organisation_id, roles__level=RoleLevel.MANAGER, is_active=True
    ).order_by("pk")
    for person in managers:
        recipient = Recipient.of(person)
        with writing_to(recipient):
            queue_letter(
                "offers.offer.withdrawn", to=recipient,
                subject=_("Your offer “%(title)s” is no longer in the showcase") % {"title": offer.title},
                paragraphs=[
                    _("The coordination has withdrawn your offer “%(title)s” from the showcase. The reason it gives:")
                    % {"title": offer.title},
                    reason,
                    _("Correct the offer, then publish it again: it takes one button on its page."),
                ],
                button=(_("Correct the offer"), link_to(reverse("offers:edit_offer", args=[offer.pk]))),
                about=[offer, offer.organisation, *([club] if club else [])], sender_name=club.name if club else "",
                reply_to=club.email if club else "",
            )  # fmt: skip
