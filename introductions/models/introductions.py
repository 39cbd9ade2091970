from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Greatest, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import folded
from introductions.enums import ContractStatus, IntroductionStatus, NoteAudience, Origin, Side, Stage
from members.enums import OrganisationKind
from members.models import Club
from members.rights import rights_of
from memberships.models import Term

# A request or a statement that nobody answered is late after so many days.
ANSWER_DAYS = 14


class IntroductionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Both sides' people, and the coordinators of the club."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(
            Q(asking__in=rights.organisation_ids)
            | Q(asked__in=rights.organisation_ids)
            | Q(club__in=rights.coordinated_club_ids)
        )

    def coordinated_by(self, person):
        """Those of the clubs whose desk the person runs."""
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(club__in=rights.coordinated_club_ids)

    def involving(self, organisation_ids):
        """Those with one of these organisations on either side."""
        return self.filter(Q(asking__in=organisation_ids) | Q(asked__in=organisation_ids))

    def open(self):
        return self.filter(status__in=IntroductionStatus.open())

    def to_answer_by(self, organisation_ids):
        """Requests that one of these organisations has still to answer, on either side."""
        return self.filter(status=IntroductionStatus.ASKED).filter(
            Q(asking__in=organisation_ids, asking_agreed_at__isnull=True)
            | Q(asked__in=organisation_ids, asked_agreed_at__isnull=True)
        )

    def between(self, one, other):
        """Those of this pair, whoever asked."""
        return self.filter(Q(asking=one, asked=other) | Q(asking=other, asked=one))

    def matching(self, text: str):
        """Every word stands in the subject or in the name of one of the two, whatever the accents."""
        found = self
        for word in folded(text).split():
            found = found.filter(
                Q(folded_subject__contains=word)
                | Q(asking__search_text__contains=word)
                | Q(asked__search_text__contains=word)
            )
        return found

    def late(self, today):
        """Those somebody is overdue on: see `_overdue`."""
        return self.filter(self._overdue(today))

    def with_lateness(self, today):
        """Annotate `is_late`."""
        return self.annotate(is_late=Case(When(self._overdue(today), then=True), default=False))

    def with_contracts(self):
        """Annotate `has_stated_contract`, `has_disputed_contract` and `has_confirmed_contract`."""
        return self.annotate(
            has_stated_contract=Exists(self._contracts(ContractStatus.STATED)),
            has_disputed_contract=Exists(self._contracts(ContractStatus.DISPUTED)),
            has_confirmed_contract=Exists(self._contracts(ContractStatus.CONFIRMED)),
        )

    def with_stage(self):
        """Annotate `stage`: a contract nobody settled comes first, then the status, then what was confirmed."""
        revealed = Q(status__in=IntroductionStatus.revealing())
        still_open = Q(status__in=IntroductionStatus.open())
        return self.annotate(
            stage=Case(
                When(revealed & Exists(self._contracts(*ContractStatus.unsettled())), then=Value(Stage.TO_CONFIRM)),
                When(
                    revealed & still_open & Exists(self._contracts(ContractStatus.CONFIRMED)),
                    then=Value(Stage.CONFIRMED),
                ),
                default=F("status"),
                output_field=models.CharField(max_length=10),
            )
        )

    def with_structure(self):
        """Annotate `structure_id` and `structure_department_id`: the one of the two that is a structure.

        Each introduction counts in one territory, that of the asked side when it is a structure, else of the asking
        side when it is one, else of the asked side.
        """
        structures = OrganisationKind.structures()
        asking_is_the_structure = Q(asking__kind__in=structures) & ~Q(asked__kind__in=structures)
        return self.annotate(
            structure_id=Case(When(asking_is_the_structure, then=F("asking")), default=F("asked")),
            structure_department_id=Case(
                When(asking_is_the_structure, then=F("asking__commune__department")),
                default=F("asked__commune__department"),
            ),
        )

    def for_list(self):
        return self.select_related("club", "asking", "asked", "owner", "sector").with_contracts().with_stage()

    def _contracts(self, *statuses):
        contracts = self.model._meta.get_field("contracts").related_model
        return contracts.objects.filter(introduction=OuterRef("pk"), status__in=statuses)

    def _overdue(self, today):
        """The next date has passed; or a request, or a stated contract, has waited `ANSWER_DAYS` for an answer."""
        answer_by = timezone.make_aware(datetime.combine(today - timedelta(days=ANSWER_DAYS - 1), time.min))
        return (
            Q(status__in=IntroductionStatus.open(), next_on__lt=today)
            | Q(status=IntroductionStatus.ASKED, asked_at__lt=answer_by)
            | Exists(self._contracts(ContractStatus.STATED).filter(stated_at__lt=answer_by))
        )


class Introduction(models.Model):
    """Two organisations, a subject, an origin. Contact details show once both sides have agreed."""

    club = models.ForeignKey(
        "members.Club", on_delete=models.PROTECT, related_name="introductions", verbose_name=_("club")
    )
    asking = models.ForeignKey(
        "members.Organisation",
        on_delete=models.PROTECT,
        related_name="introductions_asked",
        verbose_name=_("asking organisation"),
    )
    asked = models.ForeignKey(
        "members.Organisation",
        on_delete=models.PROTECT,
        related_name="introductions_received",
        verbose_name=_("asked organisation"),
    )
    subject = models.CharField(_("subject"), max_length=160)
    folded_subject = models.CharField(max_length=160, editable=False)
    message = models.TextField(_("message"), blank=True)
    origin = models.CharField(_("came out of"), max_length=12, choices=Origin.choices)
    offer = models.ForeignKey(
        "offers.Offer",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="introductions",
        verbose_name=_("offer"),
    )
    event = models.ForeignKey(
        "events.Event",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="introductions",
        verbose_name=_("event"),
    )
    sector = models.ForeignKey(
        "members.Sector", on_delete=models.SET_NULL, null=True, blank=True, related_name="introductions",
        verbose_name=_("sector"),
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=10, choices=IntroductionStatus.choices, default=IntroductionStatus.ASKED, db_index=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("followed by"), help_text=_("The coordinator who follows it."),
    )  # fmt: skip
    next_on = models.DateField(_("next date"), null=True, blank=True, db_index=True)
    next_step = models.CharField(_("next step"), max_length=160, blank=True)
    asking_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("contact on the asking side"),
    )  # fmt: skip
    asked_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("contact on the asked side"),
    )  # fmt: skip
    asked_at = models.DateTimeField(_("asked on"), db_index=True)
    asking_agreed_at = models.DateTimeField(_("asking side agreed"), null=True, blank=True)
    asked_agreed_at = models.DateTimeField(_("asked side agreed"), null=True, blank=True)
    closed_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    close_reason = models.CharField(_("why it ended"), max_length=250, blank=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(asking=F("asked")), name="introductions_two_organisations",
                violation_error_message=_("An introduction needs two different organisations."),
            ),
            models.UniqueConstraint(
                Least("asking", "asked"), Greatest("asking", "asked"), "folded_subject",
                condition=Q(status__in=IntroductionStatus.open()), name="introductions_one_open_per_pair_and_subject",
                violation_error_message=_("An introduction of these two on this subject is already open."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IntroductionStatus.revealing())
                | Q(asking_agreed_at__isnull=False, asked_agreed_at__isnull=False),
                name="introductions_revealed_by_both",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.subject

    def save(self, *args, **kwargs):
        """Keep what is compared in step with what is shown."""
        self.folded_subject = folded(self.subject)[:160]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded_subject"}
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.status in IntroductionStatus.open()

    @property
    def is_revealed(self) -> bool:
        return self.status in IntroductionStatus.revealing()

    @property
    def answered_at(self):
        """When the request was answered: the later agreement, or the refusal. None while it waits or when withdrawn."""
        if self.is_revealed:
            return max(self.asking_agreed_at, self.asked_agreed_at)
        return self.closed_at if self.status == IntroductionStatus.DECLINED else None

    def organisation_of(self, side: Side):
        return self.asking if side == Side.ASKING else self.asked

    def organisation_id_of(self, side: Side) -> int:
        return self.asking_id if side == Side.ASKING else self.asked_id

    def contact_of(self, side: Side):
        return self.asking_contact if side == Side.ASKING else self.asked_contact

    def contact_id_of(self, side: Side) -> int | None:
        return self.asking_contact_id if side == Side.ASKING else self.asked_contact_id

    def has_agreed(self, side: Side) -> bool:
        return bool(self.asking_agreed_at if side == Side.ASKING else self.asked_agreed_at)

    def side_of(self, organisation_id: int) -> Side:
        return Side.ASKING if organisation_id == self.asking_id else Side.ASKED

    def get_absolute_url(self):
        return reverse("introductions:introduction_page", args=[self.pk])


def clubs_shared_by(one, other, on):
    """Clubs that both organisations are members of on the date `on`: only there can they be introduced."""
    terms = Term.objects.current(on).filter(club=OuterRef("pk"))
    return Club.objects.filter(
        Exists(terms.filter(organisation=one)), Exists(terms.filter(organisation=other))
    ).order_by("name")


class NoteQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Shared notes for both sides and the coordination; a side's own notes for that side only."""
        rights = rights_of(person)
        of_the_coordination = Q(organisation__isnull=True)
        if not rights.is_administrator:
            of_the_coordination &= Q(introduction__club__in=rights.coordinated_club_ids)
        return self.filter(
            Q(audience=NoteAudience.SHARED, introduction__in=Introduction.objects.visible_to(person))
            | Q(organisation__in=rights.organisation_ids)
            | of_the_coordination
        )


class Note(models.Model):
    """What somebody wrote down about an introduction. No organisation: written by the coordination."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("organisation"),
    )  # fmt: skip
    text = models.TextField(_("note"))
    audience = models.CharField(_("seen by"), max_length=10, choices=NoteAudience.choices, default=NoteAudience.SHARED)
    written_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-written_at", "-pk"]

    def __str__(self):
        return self.text[:60]


def present_contact(introduction: Introduction, side: Side):
    """The contact of a side, as long as the person still belongs to its organisation; else None."""
    contact = introduction.contact_of(side)
    if contact is None or not contact.is_active:
        return None
    return contact if contact.roles.filter(organisation=introduction.organisation_id_of(side)).exists() else None
