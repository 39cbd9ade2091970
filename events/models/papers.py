"""What the papers of an event need besides the event: funders' logos, a few words, who has a badge, who has signed."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.uploads import ImageField
from events.enums import Half
from events.models.events import Event
from events.models.registrations import Place


class FunderLogoQuerySet(models.QuerySet):
    def shown_at(self, event: Event):
        """Those that stand on the papers of `event`."""
        return self.filter(showings__event=event)


class FunderLogo(models.Model):
    """A logo that a funder asks to see on papers: uploaded once per club, chosen per event."""

    club = models.ForeignKey(
        "members.Club", on_delete=models.CASCADE, related_name="funder_logos", verbose_name=_("club")
    )
    name = models.CharField(_("name of the funder"), max_length=120)
    picture = ImageField(_("logo"), upload_to="funders/")

    objects = FunderLogoQuerySet.as_manager()

    class Meta:
        verbose_name = _("funder’s logo")
        verbose_name_plural = _("funders’ logos")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["club", "name"], name="events_funder_logo_once",
                violation_error_message=_("This club has a logo of that name already."),
            )
        ]  # fmt: skip

    def __str__(self):
        return self.name


class ShownLogo(models.Model):
    """A logo on the papers of an event. While it stands there it cannot be removed: papers are made anew for years."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="shown_logos")
    logo = models.ForeignKey(FunderLogo, on_delete=models.PROTECT, related_name="showings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "logo"], name="events_shown_logo_once")]

    def __str__(self):
        return f"{self.logo}, {self.event}"


class PaperSettings(models.Model):
    """What stands on the papers of one event; without a row, nothing particular."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="paper_settings")
    led_by = models.CharField(
        _("trainer or moderator"), max_length=160, blank=True,
        help_text=_("Stands on the attendance sheet, with a line to sign, and on certificates."),
    )  # fmt: skip
    mention = models.CharField(
        _("funders’ mention"), max_length=250, blank=True,
        help_text=_("For example: “Co-funded by the European Union”. Stands beside the logos."),
    )  # fmt: skip
    signs_on_screen = models.BooleanField(
        _("attendance is signed on screen"), default=False,
        help_text=_("At the reception desk, people sign with a finger on a tablet, for each half-day. Paper stays possible."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("settings of papers")
        verbose_name_plural = _("settings of papers")

    def __str__(self):
        return str(self.event)


class BadgePrint(models.Model):
    """A badge was made for the holder of a place; when the place is passed on, another is needed."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="badge_print")
    ticket_version = models.PositiveSmallIntegerField(editable=False)
    printed_at = models.DateTimeField(_("printed"))

    class Meta:
        verbose_name = _("printed badge")
        verbose_name_plural = _("printed badges")

    def __str__(self):
        return str(self.place)


class SignatureQuerySet(models.QuerySet):
    def of_holders(self):
        """Those of the people who hold the places now, not of whoever held them before."""
        return self.filter(ticket_version=F("place__ticket_version"))


class Signature(models.Model):
    """A person signed on the screen for a half-day. The picture lies in the row: no address serves it, and it goes with it."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="signatures", verbose_name=_("place"))
    day = models.DateField(_("day"))
    half = models.CharField(_("half-day"), max_length=10, choices=Half.choices)
    ticket_version = models.PositiveSmallIntegerField(editable=False)
    picture = models.BinaryField(_("picture"))
    signed_at = models.DateTimeField(pgettext_lazy("signature", "signed"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+",
        verbose_name=_("held the desk"),
    )  # fmt: skip

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["day", "-half", "pk"]  # mornings first
        constraints = [
            models.UniqueConstraint(fields=["place", "day", "half"], name="events_signature_once"),
            models.CheckConstraint(condition=models.Q(half__in=Half.values), name="events_signature_half_known"),
        ]

    def __str__(self):
        return f"{self.place_id}, {self.day}, {self.get_half_display()}"


def paper_settings_of(event: Event) -> PaperSettings:
    """The event's settings; where none were ever made, empty ones that are not saved."""
    return PaperSettings.objects.filter(event=event).first() or PaperSettings(event=event)


def without_badge(places: models.QuerySet) -> models.QuerySet:
    """Those places whose holder has no badge yet."""
    printed = BadgePrint.objects.filter(place=OuterRef("pk"), ticket_version=OuterRef("ticket_version"))
    return places.exclude(Exists(printed))
