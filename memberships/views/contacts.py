"""The club's whole directory, for its coordinators: members and those who may become one."""

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import attempt, page_of
from core.spreadsheets import table_response
from members.clubs import current_club
from members.models import Club, Organisation, Role
from memberships import permissions
from memberships.actions import enrol_organisations as enrol
from memberships.forms import ContactFilter, EnrolmentForm
from memberships.models import with_term

FOR_COORDINATORS = gettext_lazy("The directory is kept by the club’s coordination.")
CONTACTS_PER_PAGE = 50
# Made members by one press of the button; a longer list takes several.
MAX_ENROLMENTS = 500


def contact_list(request: HttpRequest) -> HttpResponse:
    club, found = _directory(request)
    return _show(request, club, found, EnrolmentForm(club=club, organisations=found.qs))


@require_POST
def enrol_organisations(request: HttpRequest) -> HttpResponse:
    """Make the ticked organisations members, or all that were found; then say what became of each."""
    club, found = _directory(request)
    require(permissions.can_enrol_organisation(request.user, club), FOR_COORDINATORS)
    form = EnrolmentForm(request.POST, club=club, organisations=Organisation.objects.visible_to(request.user))
    takes_all = "all" in request.POST
    if takes_all:
        del form.fields["organisations"]
    if form.is_valid():
        values = form.cleaned_data
        chosen = found.qs.filter(term_id__isnull=True).order_by("sort_name", "pk")
        organisations = list(chosen[:MAX_ENROLMENTS] if takes_all else values["organisations"].order_by("sort_name"))
        options = {"plan": values.get("plan"), "starts_on": values["starts_on"]}
        results = attempt(form, enrol, organisations, club, by=request.user, **options)
        if results is not None:
            context = {
                "desk_club": club,
                "enrolled": [result for result in results if result.term],
                "called": [result for result in results if result.call],
                "refused": [result for result in results if result.refusal],
            }
            return render(request, "memberships/enrolment_result.html", context)
    return _show(request, club, found, form)


def export_contacts(request: HttpRequest) -> HttpResponse:
    """What the filters leave, as a spreadsheet; its headings are those that the import reads."""
    club, found = _directory(request)
    header = [
        _("Legal name"), _("Trade name"), _("SIRET"), _("Kind"), _("NAF code"), _("Street address"), _("Post code"),
        _("Town"), _("Department"), _("Phone"), _("E-mail"), _("Website"), _("Headcount"), _("Sectors"), _("Labels"),
        _("Member since"),
    ]  # fmt: skip
    rows = (_row(organisation) for organisation in found.qs.for_list().iterator(chunk_size=500))
    word = pgettext("file name", "directory")
    name = f"{word}-{club.slug}-{timezone.localdate()}"
    return table_response(request.GET.get("format", ""), name, header, rows)


def _row(organisation: Organisation) -> list:
    return [
        organisation.name,
        organisation.trade_name,
        organisation.siret,
        organisation.kind_short,
        organisation.naf,
        organisation.street,
        organisation.post_code,
        organisation.city,
        organisation.commune.department.code if organisation.commune else "",
        organisation.phone,
        organisation.email,
        organisation.website,
        organisation.headcount,
        ", ".join(sector.name for sector in organisation.sectors.all()),
        ", ".join(label.name for label in organisation.labels.all()),
        organisation.member_since,
    ]


def _directory(request: HttpRequest) -> tuple[Club, ContactFilter]:
    """The club whose desk is open, and what the filters leave of its directory."""
    require(permissions.can_run_desk(request.user), FOR_COORDINATORS)
    club = _desk_club(request)
    visible = Organisation.objects.visible_to(request.user)
    managed = Exists(Role.objects.managers().filter(organisation=OuterRef("pk")))
    organisations = with_term(visible, club, timezone.localdate()).annotate(is_managed=managed)
    return club, ContactFilter(request.GET or None, queryset=organisations, club=club)


def _desk_club(request: HttpRequest) -> Club:
    """The current club if the person coordinates it, else the first one that she does."""
    clubs = list(Club.objects.coordinated_by(request.user).order_by("name"))
    if not clubs:
        raise Http404("no club yet")
    current = current_club(request)
    return current if current in clubs else clubs[0]


def _show(request: HttpRequest, club: Club, found: ContactFilter, form: EnrolmentForm) -> HttpResponse:
    chosen = form.data.getlist("organisations") if form.is_bound else []
    clubs = Club.objects.coordinated_by(request.user).order_by("name")
    context = {
        "desk_club": club,
        "tabs": [(other.name, f"?club={other.slug}", other == club) for other in clubs],
        "form": found.form,
        "page": page_of(request, found.qs.for_list(), CONTACTS_PER_PAGE),
        "others": found.qs.filter(term_id__isnull=True).count(),
        "max_enrolments": MAX_ENROLMENTS,
        "enrolment_form": form,
        "ticked": {int(pk) for pk in chosen if pk.isdecimal()},
    }
    return render(request, "memberships/contact_list.html", context)
