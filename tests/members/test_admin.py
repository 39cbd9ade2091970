import pytest
from django.contrib import admin
from django.urls import reverse
from zeal import zeal_ignore

from core.letters import Recipient, queue_letter
from core.models import HistoryEntry, Letter
from members.models import Club, Commune, KeptOut, Label, Organisation, Person, Sector, Territory
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, administrator, coordinator_of, member_of
from tests.members.factories import signed_in

pytestmark = pytest.mark.django_db

MODELS = [Club, Commune, Label, Organisation, Person, Sector, Territory, HistoryEntry, Letter]


@pytest.fixture
def boss(client):
    return signed_in(client, administrator())


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture(autouse=True)
def _admin_looks_up_each_chosen_row():
    """Django's own autocomplete fields ask for each chosen row by itself."""
    with zeal_ignore([{"model": "members.*", "field": "get()"}]):
        yield


@pytest.mark.parametrize("model", MODELS)
def test_admin_lists_search_and_show_every_noun(boss, model):
    ClubFactory()
    member_of(OrganisationFactory())
    assert boss.get(url(model, "changelist"), {"q": "nanterre"}).status_code == 200
    thing = model.objects.first()
    if thing:
        assert boss.get(url(model, "change", thing.pk)).status_code == 200


def test_admin_is_closed_to_coordinators(client):
    signed_in(client, coordinator_of(ClubFactory()))
    assert client.get(reverse("admin:index")).status_code in (302, 403)


@pytest.mark.parametrize("model", [HistoryEntry, Letter])
def test_admin_only_reads_history_and_letters(boss, rf, model):
    request = rf.get("/")
    request.user = administrator()
    page = admin.site._registry[model]
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request) and not page.has_delete_permission(request)


def test_admin_does_not_show_what_a_secret_letter_says(boss, django_capture_on_commit_callbacks):
    for secret in (True, False):
        queue_letter(
            "test.letter",
            to=Recipient("a@example.org"),
            subject="Hello",
            paragraphs=["the words inside"],
            secret=secret,
        )
    hidden, shown = Letter.objects.order_by("pk")
    assert "the words inside" in hidden.text  # not sent yet
    assert "the words inside" not in boss.get(url(Letter, "change", hidden.pk)).content.decode()
    assert "the words inside" in boss.get(url(Letter, "change", shown.pk)).content.decode()


def team(organisation, *rows):
    data = {f: getattr(organisation, f) or "" for f in ("kind", "siret", "name", "street", "post_code", "city")}
    data |= {"roles-TOTAL_FORMS": len(rows), "roles-INITIAL_FORMS": sum(1 for row in rows if "id" in row)}
    for number, row in enumerate(rows):
        data |= {f"roles-{number}-{name}": value for name, value in row.items()}
        data[f"roles-{number}-organisation"] = organisation.pk
    return data


def test_admin_keeps_a_manager_in_every_team(boss):
    organisation = OrganisationFactory()
    role = member_of(organisation).roles.get()
    row = {"id": role.pk, "person": role.person_id, "level": "contributor"}
    response = boss.post(url(Organisation, "change", organisation.pk), team(organisation, row))
    assert response.status_code == 200
    role.refresh_from_db()
    assert role.level == "manager"
    new = {"person": PersonFactory().pk, "level": "manager"}
    assert boss.post(url(Organisation, "change", organisation.pk), team(organisation, row, new)).status_code == 302


def test_admin_who_takes_somebody_off_a_team_keeps_them_out(boss):
    organisation = OrganisationFactory()
    manager, colleague = member_of(organisation).roles.get(), member_of(organisation, level="contributor").roles.get()
    rows = [{"id": role.pk, "person": role.person_id, "level": role.level} for role in (manager, colleague)]
    rows[1]["DELETE"] = "on"
    assert boss.post(url(Organisation, "change", organisation.pk), team(organisation, *rows)).status_code == 302
    assert list(organisation.roles.all()) == [manager]
    assert KeptOut.objects.get(organisation=organisation).person == colleague.person


def test_admin_checks_the_siret(boss):
    organisation = OrganisationFactory()
    data = team(organisation) | {"siret": "12345678901234"}
    response = boss.post(url(Organisation, "change", organisation.pk), data)
    assert "siret" in response.context["adminform"].form.errors


def test_admin_makes_an_account_without_username(boss):
    data = {"email": "New@Example.org", "first_name": "A", "last_name": "B"}
    passwords = {"password1": "a rather long sentence", "password2": "a rather long sentence"}
    response = boss.post(url(Person, "add"), {**data, **passwords})
    assert response.status_code == 302
    assert Person.objects.get(email="new@example.org").check_password("a rather long sentence")
