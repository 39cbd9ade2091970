from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.text import folded
from core.uploads import ImageField
from members.enums import Audience, OrganisationKind, PointSource, RequestStatus, RoleLevel
from members.mail_domains import verified_domains
from members.rights import rights_of


class Label(models.Model):
    """A quality label or certification an organisation or an offer bears (RSEi, Qualiopi, ISO 9001…)."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["name"]

    def __str__(self):
        return self.name


class OrganisationQuerySet(models.QuerySet):
    def listed(self):
        """Organisations that stand in some club's directory."""
        return self.filter(is_listed=True)

    def visible_to(self, person):
        """Listed ones for everybody; one's own; all for coordinators, who meet applicants and double entries."""
        rights = rights_of(person)
        if rights.is_coordinator:
            return self
        return self.filter(Q(is_listed=True) | Q(pk__in=rights.organisation_ids))

    def of(self, person):
        """The organisations the person belongs to."""
        return self.filter(pk__in=rights_of(person).organisation_ids)

    def joinable_by(self, person):
        """Those that let the person in at once: by a mail domain at which the person has confirmed an address, as long as
        there are managers to answer for it and none of them has kept the person out.
        """
        domains = verified_domains(person)
        managed = self.filter(mail_domains__domain__in=domains, roles__level=RoleLevel.MANAGER)
        return managed.exclude(roles__person=person).exclude(kept_out__person=person).distinct()

    def orphans(self):
        """Organisations nobody manages yet, such as imported ones."""
        return self.exclude(pk__in=Role.objects.managers().values("organisation"))

    def to_refine(self, now):
        """Organisations whose rough point is to be made finer now, those that wait longest first."""
        due = self.filter(refine_after__lte=now).exclude(street="").exclude(post_code="")
        return due.order_by("refine_after", "pk")

    def of_audience(self, audience: str):
        """Organisations of one side: see `Audience`."""
        return self.filter(kind__in=[kind for kind in OrganisationKind if kind.audience == audience])

    def in_territories(self, territories):
        """Organisations seated in one of these departments or regions."""
        return self.filter(Q(commune__department__in=territories) | Q(commune__department__region__in=territories))

    def matching(self, text: str):
        """Every word stands in the name, the trade name, the town or the SIRET, whatever the accents."""
        found = self
        for word in folded(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def for_list(self):
        return (
            self.select_related("commune__department").prefetch_related("sectors", "labels").order_by("sort_name", "pk")
        )


class Organisation(models.Model):
    """An establishment under one kind: an association that runs an ACI and an EI stands here twice."""

    # What its people may edit; an import never overwrites one of these that they did edit.
    EDITABLE_FIELDS = (
        "name", "trade_name", "naf", "street", "post_code", "city", "phone", "email", "website", "headcount", "description",
    )  # fmt: skip

    kind = models.CharField(_("kind"), max_length=14, choices=OrganisationKind.choices, db_index=True)
    siret = models.CharField(_("SIRET"), max_length=14)
    name = models.CharField(_("legal name"), max_length=160)
    trade_name = models.CharField(_("trade name"), max_length=160, blank=True)
    naf = models.CharField(_("NAF code"), max_length=5, blank=True)
    street = models.CharField(_("street address"), max_length=200, blank=True)
    post_code = models.CharField(_("post code"), max_length=5, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    commune = models.ForeignKey(
        "members.Commune", on_delete=models.SET_NULL, null=True, blank=True, related_name="organisations",
        verbose_name=_("commune"),
    )  # fmt: skip
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    point_source = models.CharField(
        _("source of the point"), max_length=8, choices=PointSource.choices, default=PointSource.NONE
    )
    refine_after = models.DateTimeField(
        null=True,
        blank=True,
        db_index=True,
        editable=False,
        help_text=_("When to ask the national address service next"),
    )
    refine_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    headcount = models.CharField(_("headcount"), max_length=40, blank=True)
    description = models.TextField(_("presentation"), blank=True)
    logo = ImageField(_("logo"), upload_to="organisations/", blank=True)
    sectors = models.ManyToManyField(
        "members.Sector", blank=True, related_name="organisations", verbose_name=_("sectors")
    )
    networks = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="affiliates", verbose_name=_("networks"),
        limit_choices_to={"kind": OrganisationKind.NETWORK},
    )  # fmt: skip
    labels = models.ManyToManyField(Label, blank=True, related_name="organisations", verbose_name=_("labels"))
    clubs = models.ManyToManyField(
        "members.Club", blank=True, related_name="organisations", verbose_name=_("directories"),
        help_text=_("The clubs that know this organisation, whether or not it is a member."),
    )  # fmt: skip
    is_listed = models.BooleanField(_("shown to the public"), default=False, db_index=True)
    edited_fields = models.JSONField(_("fields edited by members"), default=list, blank=True, editable=False)
    search_text = models.TextField(editable=False, blank=True)
    sort_name = models.CharField(max_length=160, editable=False, db_index=True, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret", "kind"], name="members_organisation_siret_kind_once",
                violation_error_message=_("This SIRET is already registered under this kind."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="members_organisation_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="members_organisation_point_whole",
                violation_error_message=_("A point has a latitude between −90 and 90 and a longitude between −180 and 180."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.display_name

    def save(self, *args, **kwargs):
        """Keep what is searched and sorted in step with what is shown."""
        self.index_words()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_name", "search_text", "updated_at"}
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        return self.trade_name or self.name

    @property
    def kind_short(self) -> str:
        return OrganisationKind(self.kind).short

    @property
    def audience(self) -> str:
        return OrganisationKind(self.kind).audience

    @property
    def is_structure(self) -> bool:
        return self.audience == Audience.STRUCTURES

    @property
    def siret_spaced(self) -> str:
        """The SIRET as it is read: 807 469 317 00018, with no-break spaces."""
        s = self.siret
        return "\u00a0".join([s[:3], s[3:6], s[6:9], s[9:]])

    @property
    def has_point(self) -> bool:
        return self.latitude is not None

    def get_absolute_url(self):
        return reverse("members:organisation_page", args=[self.pk])

    def index_words(self) -> None:
        """Fill what is searched and sorted from what is shown; for rows that are written in bulk, without save()."""
        self.sort_name = folded(self.display_name)[:160]
        self.search_text = folded(f"{self.name} {self.trade_name} {self.city} {self.siret} {self.kind}")


class TeamQuerySet(models.QuerySet):
    """Rows that belong to an organisation's team."""

    def visible_to(self, person):
        """Of the organisations the person belongs to, and of those known to the clubs the person coordinates."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        seen = Q(organisation__in=rights.organisation_ids)
        if rights.coordinated_club_ids:
            known = Organisation.objects.filter(clubs__in=rights.coordinated_club_ids)
            seen |= Q(organisation__in=known.values("pk"))
        return self.filter(seen)


class RoleQuerySet(TeamQuerySet):
    def managers(self):
        return self.filter(level=RoleLevel.MANAGER)

    def for_list(self):
        """Managers first, then by name."""
        return self.select_related("person", "organisation").order_by(
            "-level", "person__last_name", "person__first_name"
        )


class Role(models.Model):
    """A person's place in an organisation. An organisation that has people never loses its last manager."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="roles", verbose_name=_("organisation")
    )
    level = models.CharField(_("role"), max_length=12, choices=RoleLevel.choices, default=RoleLevel.CONTRIBUTOR)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "organisation"], name="members_role_once")]

    def __str__(self):
        return f"{self.person}: {self.get_level_display()}, {self.organisation}"


class JoinRequestQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(status=RequestStatus.PENDING)

    def visible_to(self, person):
        """One's own requests, and those one may answer or could have answered."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(Q(person=rights.person_id) | self._answerable(rights))

    def answerable_by(self, person):
        """Pending requests the person may answer: a manager's own organisations; for an organisation without any
        manager, the coordinators of the clubs that know it (so that somebody can take over an imported page).
        """
        rights = rights_of(person)
        return self.pending() if rights.is_administrator else self.pending().filter(self._answerable(rights))

    @staticmethod
    def _answerable(rights) -> Q:
        managed = Q(organisation__in=rights.managed_organisation_ids)
        if not rights.coordinated_club_ids:
            return managed
        known = Organisation.objects.orphans().filter(clubs__in=rights.coordinated_club_ids)
        return managed | Q(organisation__in=known.values("pk"))

    def for_list(self):
        return self.select_related("person", "organisation", "decided_by").order_by("created_at", "pk")

    def with_ways_in(self):
        """With what decides whether the person could join by a mail domain (see `Organisation.objects.joinable_by`)."""
        kept_out = Organisation.objects.filter(pk=OuterRef("organisation"), kept_out__person=OuterRef("person"))
        return self.annotate(is_kept_out=Exists(kept_out)).prefetch_related("person__emailaddress_set")


class JoinRequest(models.Model):
    """Somebody asks an organisation's managers to be let in."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="join_requests", verbose_name=_("organisation")
    )
    message = models.TextField(_("message"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=RequestStatus.choices, default=RequestStatus.PENDING)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("answered by"),
    )  # fmt: skip

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=Q(status=RequestStatus.PENDING),
                name="members_join_request_one_pending",
                violation_error_message=_("You have already asked; the answer is still to come."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.person} → {self.organisation}"


class InvitationQuerySet(TeamQuerySet):
    def open(self):
        """Neither accepted nor withdrawn (one that has expired is still open, so that it is shown as such)."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def for_email(self, email: str):
        return self.filter(email__iexact=email)

    def for_list(self):
        return self.select_related("organisation", "invited_by").order_by("-created_at", "-pk")


class Invitation(models.Model):
    """A manager invites a colleague by a personal link; only the link's hash is kept."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail"))
    level = models.CharField(_("role"), max_length=12, choices=RoleLevel.choices, default=RoleLevel.CONTRIBUTOR)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("email"), condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="members_invitation_one_open",
                violation_error_message=_("This person has already been invited."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.email} → {self.organisation}"
