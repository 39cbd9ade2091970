"""A desk starts with what needs doing now, for each role, and with nothing of other people's."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone, translation

from billing.actions import due_of, record_payment
from billing.actions.bank import import_statement
from billing.enums import Method
from clubsite.desks import todos_of
from core.enums import LetterStatus
from core.letters import Recipient, queue_letter
from core.models import Letter
from events.enums import EventStatus
from events.models import Event, Reception
from introductions.actions import ask_introduction
from memberships.actions import enrol_organisation, submit_application
from tests.billing.factories import shop
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of, reader_of

pytestmark = pytest.mark.django_db


def texts(person) -> list[str]:
    return [str(todo.text) for todo in todos_of(person, timezone.now())]


@pytest.fixture
def club():
    return ClubFactory()


@pytest.fixture
def two_members(club):
    """The managers of a member company and of a member structure."""
    by = coordinator_of(club)
    organisations = OrganisationFactory(name="Verdance"), OrganisationFactory(structure=True, name="La Table")
    for organisation in organisations:
        enrol_organisation(organisation, club, by=by)
    return [member_of(organisation) for organisation in organisations]


def test_desk_of_a_newcomer_asks_for_the_organisation(client):
    person = PersonFactory()
    client.force_login(person)
    assert client.get("/desk/").context["todos"][0].url == "/members/welcome/"


def test_desk_asks_to_apply_and_then_no_longer(club):
    coordinator_of(club)
    manager = member_of(OrganisationFactory())
    assert any("become a member" in text for text in texts_in_english(manager))
    submit_application(manager.acting_for, club, by=manager)
    assert not any("become a member" in text for text in texts_in_english(manager))


def test_desk_asks_a_structure_for_its_first_offer_but_no_company(two_members):
    company, structure = two_members
    assert any("first offer" in text for text in texts_in_english(structure))
    assert not any("first offer" in text for text in texts_in_english(company))


def test_desk_asks_the_other_side_to_answer_and_nobody_else(two_members):
    company, structure = two_members
    ask_introduction(company.acting_for, structure.acting_for, by=company, subject="Repas d’équipe")
    assert any("Repas d’équipe" in text for text in texts_in_english(structure))
    assert not any("Repas d’équipe" in text for text in texts_in_english(company))
    assert texts(PersonFactory()) != texts(structure)


def test_coordination_sees_applications_of_its_clubs_only(club, client):
    own, neighbour = coordinator_of(club), coordinator_of(ClubFactory())
    manager = member_of(OrganisationFactory())
    submit_application(manager.acting_for, club, by=manager)
    assert any("1 application to decide" in text for text in texts_in_english(own))
    assert not any("to decide" in text for text in texts_in_english(neighbour))
    client.force_login(own)
    assert client.get("/coordination/").status_code == 200


@pytest.mark.parametrize("person", [lambda club: member_of(OrganisationFactory()), lambda club: reader_of(club)])
def test_coordination_is_closed_to_others(club, client, person):
    client.force_login(person(club))
    assert client.get("/coordination/").status_code == 403


def test_coordination_is_told_of_letters_that_could_not_be_sent(club):
    by = coordinator_of(club)
    with transaction.atomic():
        queue_letter("x.y.z", to=Recipient("a@example.org"), subject="S", paragraphs=["P"], about=[club])
    Letter.objects.update(status=LetterStatus.FAILED)
    assert any("1 letter could not be sent" in text for text in texts_in_english(by))


def test_day_of_a_meeting_starts_with_its_check_in(club):
    by, helper = coordinator_of(club), PersonFactory()
    now = timezone.now()
    event = Event.objects.create(
        club=club, title="Open Map", slug="open-map", starts_at=now, ends_at=now + timedelta(hours=3), capacity=10,
        status=EventStatus.PUBLISHED,
    )  # fmt: skip
    Reception.objects.create(event=event, person=helper)
    for person in (by, helper):
        assert todos_of(person, now)[0].url == "/events/open-map/check-in/"


def texts_in_english(person) -> list[str]:
    with translation.override("en"):
        return texts(person)


def test_desk_leads_to_the_basket_and_to_what_is_to_be_paid():
    one = shop()
    one.add()
    assert any("lies in the basket" in text for text in texts_in_english(one.buyer))
    order = one.order()
    found = texts_in_english(one.buyer)
    assert any(order.reference in text for text in found) and not any("basket" in text for text in found)
    record_payment(order, by=None, method=Method.TRANSFER, amount=due_of(order), received_on=timezone.localdate())
    assert not any(order.reference in text for text in texts_in_english(one.buyer))


def test_desk_of_the_coordination_leads_to_the_money_that_waits():
    one, other = shop(), shop()
    order = one.order()
    record_payment(
        order, by=None, method=Method.TRANSFER, amount=due_of(order) + 5, received_on=timezone.localdate(),
        may_exceed=True,
    )  # fmt: skip
    content = f"Date;Libellé;Montant\n{timezone.localdate():%d/%m/%Y};Don;12,00\n".encode()
    import_statement(one.club, by=None, content=content, filename="releve.csv")
    found = texts_in_english(one.coordinator)
    assert "1 order was paid too much" in found and "1 line of the bank to assign" in found
    assert not any("bank" in text or "too much" in text for text in texts_in_english(other.coordinator))
