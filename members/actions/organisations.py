"""Describing an organisation, and keeping its page true."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from core.uploads import replace_file
from members.enums import PointSource, RoleLevel
from members.models import Commune, Organisation, Role
from members.rights import forget_rights

RELATIONS = ("sectors", "labels", "networks")
ADDRESS = {"street", "post_code", "city"}


def place_organisation(organisation: Organisation, *, now) -> None:
    """Give an organisation (not saved here) the commune of its address and, as long as nothing finer is known, the
    commune's centre as its point; ask for a finer point later, when the national address service can be reached.
    """
    found = None
    if organisation.post_code or organisation.city:
        found = Commune.objects.at(organisation.post_code, organisation.city).first()
    organisation.commune = found
    organisation.latitude = found.latitude if found else None
    organisation.longitude = found.longitude if found else None
    organisation.point_source = PointSource.COMMUNE if organisation.has_point else PointSource.NONE
    organisation.refine_after = now if organisation.street and organisation.post_code else None
    organisation.refine_tries = 0


@transaction.atomic
def register_organisation(*, by, kind: str, siret: str, name: str, **values) -> Organisation:
    """Describe an organisation that nobody has registered yet; `by` becomes its manager and acts for it.

    `values` are fields of Organisation, and lists for its sectors, labels and networks. Raises RuleBroken (field
    `siret`) when this SIRET is already registered under this kind.
    """
    relations = {field: values.pop(field) for field in RELATIONS if field in values}
    organisation = Organisation(kind=kind, siret=siret, name=name, **values)
    organisation.edited_fields = sorted(f for f in Organisation.EDITABLE_FIELDS if getattr(organisation, f))
    place_organisation(organisation, now=timezone.now())
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise RuleBroken(_("This SIRET is already registered under this kind."), field="siret") from error
    for field, things in relations.items():
        getattr(organisation, field).set(things)
    Role.objects.create(person=by, organisation=organisation, level=RoleLevel.MANAGER)
    _act_for(organisation, by)
    record(
        "members.organisation.registered",
        gettext_noop("Registered the organisation %(name)s"),
        by=by,
        about=[organisation],
        name=organisation,
        kind=kind,
    )
    return organisation


@transaction.atomic
def update_organisation(organisation: Organisation, *, by, **values) -> Organisation:
    """Change an organisation's page. What was really changed is marked as edited, so that no import overwrites it.

    `values` are fields of Organisation (its logo: a picture, or False to take it away), and lists for its sectors,
    labels and networks. Nothing is written when nothing changes.
    """
    relations = {field: values.pop(field) for field in RELATIONS if field in values}
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    changed = {field for field, value in values.items() if _differs(organisation, field, value)}
    if "logo" in changed:
        replace_file(organisation.logo, values["logo"] or None)
    for field in changed - {"logo"}:
        setattr(organisation, field, values[field] or "")
    for field, things in relations.items():
        manager = getattr(organisation, field)
        if {thing.pk for thing in things} != set(manager.values_list("pk", flat=True)):
            manager.set(things)
            changed.add(field)
    if not changed:
        return organisation
    if changed & ADDRESS:
        place_organisation(organisation, now=timezone.now())
    edited = changed & set(Organisation.EDITABLE_FIELDS)
    organisation.edited_fields = sorted({*organisation.edited_fields, *edited})
    organisation.save()
    record(
        "members.organisation.updated",
        gettext_noop("Updated the page of %(name)s"),
        by=by,
        about=[organisation],
        name=organisation,
        fields=", ".join(sorted(changed)),
    )
    return organisation


def _differs(organisation: Organisation, field: str, value) -> bool:
    if field == "logo":  # a form gives back the stored picture when nothing was chosen
        return bool(organisation.logo) if value is False else bool(value) and value != organisation.logo
    return getattr(organisation, field) != value


@transaction.atomic
def act_for(organisation: Organisation, *, by) -> Organisation:
    """Choose the organisation in whose name `by` acts from now on. A preference: no history line.

    Raises RuleBroken when the person does not belong to it (any more).
    """
    if not Role.objects.filter(person=by, organisation=organisation).exists():
        raise RuleBroken(_("You do not belong to this organisation."))
    _act_for(organisation, by)
    return organisation


def _act_for(organisation: Organisation, person) -> None:
    person.acting_for = organisation
    person.save(update_fields=["acting_for"])
    forget_rights(person)
