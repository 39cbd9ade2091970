"""The pages by HTTP: who sees what, what a mistake keeps, what a filter shows."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from introductions import actions
from introductions.enums import ContractKind, ContractStatus, IntroductionStatus, NoteAudience, Stage
from introductions.models import Contract, Introduction, Note
from members.enums import RoleLevel
from members.models import Occupation, Role
from tests.factories import ClubFactory, PersonFactory, SectorFactory, administrator, member_of, reader_of
from tests.introductions.factories import event_of, fresh, hiring, join, offer_of, pair_of, place_of, service


@pytest.fixture
def visit(client):
    """Open a page as somebody: `visit(person, "board", pk, data={…})`; `post=True` presses the button."""

    def visit(person, name, *args, data=None, query="", post=False):
        client.force_login(fresh(person))
        address = reverse(f"introductions:{name}", args=args) + query
        return client.post(address, data or {}) if post else client.get(address, data or {})

    return visit


def text_of(response) -> str:
    return response.content.decode()


# --- Who may see and do what ------------------------------------------------------------------------------------------


def test_introduction_page_is_for_both_sides_and_the_coordination(pair, visit):
    introduction, strangers = pair.ask(), pair_of()
    for person in (pair.buyer, pair.manager, pair.coordinator, administrator()):
        assert visit(person, "introduction_page", introduction.pk).status_code == 200
    for person in (strangers.buyer, strangers.coordinator, reader_of(pair.club), PersonFactory()):
        assert visit(person, "introduction_page", introduction.pk).status_code == 404


BUTTONS = ["accept_introduction", "decline_introduction", "withdraw_introduction", "start_talks", "close_introduction",
           "reopen_introduction", "set_next_step", "write_note", "assign_owner", "state_contract"]  # fmt: skip


@pytest.mark.parametrize("name", BUTTONS)
def test_acts_of_a_hidden_introduction_are_not_found(pair, visit, name):
    introduction = pair.accepted()
    for person in (pair_of().buyer, reader_of(pair.club)):
        assert visit(person, name, introduction.pk, post=True).status_code == 404
    introduction.refresh_from_db()
    assert introduction.status == IntroductionStatus.ACCEPTED


@pytest.mark.parametrize("name", ["confirm_contract", "dispute_contract", "change_contract", "withdraw_contract"])
def test_acts_of_a_hidden_contract_are_not_found(pair, visit, name):
    contract = pair.stated()
    assert visit(pair_of().buyer, name, contract.pk, post=True).status_code == 404
    contract.refresh_from_db()
    assert contract.status == ContractStatus.STATED


def test_coordination_neither_answers_nor_states_in_place_of_a_side(pair, visit):
    introduction = pair.ask()
    for name in ("accept_introduction", "decline_introduction", "state_contract"):
        assert visit(pair.coordinator, name, introduction.pk, post=True).status_code == 403


def test_asked_side_does_not_withdraw_and_members_do_not_assign(pair, visit):
    introduction = pair.ask()
    assert visit(pair.manager, "withdraw_introduction", introduction.pk, post=True).status_code == 403
    assert visit(pair.buyer, "assign_owner", introduction.pk, post=True).status_code == 403


def test_own_statement_is_not_confirmed_by_http(pair, visit):
    contract = pair.stated()
    for person in (pair.buyer, member_of(pair.company), pair.coordinator):
        for name in ("confirm_contract", "dispute_contract"):
            assert visit(person, name, contract.pk, data={"reason": "x"}, post=True).status_code == 403
    for name in ("change_contract", "withdraw_contract"):
        assert visit(pair.manager, name, contract.pk, post=True).status_code == 403


@pytest.mark.parametrize("name", ["board", "table", "propose_introduction"])
def test_coordination_pages_are_for_coordinators(pair, visit, name):
    for person in (pair.buyer, reader_of(pair.club), PersonFactory()):
        assert visit(person, name).status_code == 403
    assert visit(pair.coordinator, name).status_code == 200


def test_exports_of_the_table_are_for_coordinators(pair, visit):
    assert visit(pair.buyer, "export_introductions", "csv").status_code == 403


@pytest.mark.parametrize("name", ["accept_introduction", "start_talks", "reopen_introduction", "set_next_step",
                                  "write_note", "assign_owner"])  # fmt: skip
def test_acts_are_not_opened_by_a_link(pair, visit, name):
    assert visit(pair.buyer, name, pair.ask().pk).status_code == 405


@pytest.mark.parametrize("name", ["decline_introduction", "withdraw_introduction", "close_introduction"])
def test_pages_that_ask_before_they_act_change_nothing_when_opened(pair, visit, name):
    introduction = pair.accepted()
    assert visit(pair.buyer, name, introduction.pk).status_code == 200
    introduction.refresh_from_db()
    assert introduction.status == IntroductionStatus.ACCEPTED


# --- Contact details --------------------------------------------------------------------------------------------------


def test_contacts_are_hidden_from_the_other_side_until_both_agreed(pair, visit):
    introduction = pair.ask(message="Bonjour")
    seen = text_of(visit(pair.manager, "introduction_page", introduction.pk))
    for secret in (pair.buyer.email, pair.buyer.last_name, "06\u00a011"):
        assert secret not in seen
    visit(pair.manager, "accept_introduction", introduction.pk, post=True)
    for person, other in ((pair.manager, pair.buyer), (pair.buyer, pair.manager), (pair.coordinator, pair.buyer)):
        seen = text_of(visit(person, "introduction_page", introduction.pk))
        assert other.email in seen and other.last_name in seen


def test_contacts_stay_hidden_after_a_refusal(pair, visit):
    introduction = actions.decline_introduction(pair.ask(), by=pair.manager)
    for person, other in ((pair.manager, pair.buyer), (pair.buyer, pair.manager)):
        seen = text_of(visit(person, "introduction_page", introduction.pk))
        assert other.email not in seen and other.last_name not in seen


def test_contact_who_left_the_organisation_is_no_longer_shown(pair, visit):
    introduction = pair.accepted()
    pair.structure.email = "accueil@structure.example"
    pair.structure.save()
    Role.objects.filter(person=pair.manager).delete()
    seen = text_of(visit(pair.buyer, "introduction_page", introduction.pk))
    assert pair.manager.email not in seen and "accueil@structure.example" in seen


def test_note_of_one_side_is_not_shown_to_the_other(pair, visit):
    introduction = pair.accepted()
    data = {"text": "Prix trop haut", "audience": NoteAudience.OWN_SIDE}
    visit(pair.buyer, "write_note", introduction.pk, data=data, post=True)
    assert "Prix trop haut" in text_of(visit(pair.buyer, "introduction_page", introduction.pk))
    for person in (pair.manager, pair.coordinator):
        assert "Prix trop haut" not in text_of(visit(person, "introduction_page", introduction.pk))


# --- Asking -----------------------------------------------------------------------------------------------------------


def ask(visit, person, query, **data):
    return visit(person, "ask_introduction", query=query, data={"subject": "Espaces verts", **data}, post=True)


def test_ask_from_an_offer_is_filled_in_and_sent(pair, visit):
    sector = SectorFactory()
    offer = offer_of(pair.structure, sector, title="Tonte et taille")
    page = visit(pair.buyer, "ask_introduction", query=f"?offer={offer.pk}")
    assert page.context["form"].initial == {"subject": "Tonte et taille", "sector": sector}
    response = ask(visit, pair.buyer, f"?offer={offer.pk}", sector=sector.pk)
    introduction = Introduction.objects.get()
    assert response.url == introduction.get_absolute_url()
    assert (introduction.asked, introduction.offer, introduction.sector) == (pair.structure, offer, sector)


def test_ask_again_on_the_same_subject_says_so_at_the_subject_and_keeps_what_was_typed(pair, visit):
    query = f"?organisation={pair.structure.pk}"
    ask(visit, pair.buyer, query, subject="Été 2026")
    response = ask(visit, pair.buyer, query, subject="ete 2026", message="Un long message")
    assert response.status_code == 200 and "subject" in response.context["form"].errors
    assert "Un long message" in text_of(response)
    reversed_query = f"?organisation={pair.company.pk}"
    assert "subject" in ask(visit, pair.manager, reversed_query, subject="ÉTÉ 2026").context["form"].errors
    assert Introduction.objects.count() == 1


def test_ask_oneself_is_refused_and_keeps_what_was_typed(pair, visit):
    query = f"?organisation={pair.company.pk}"
    assert visit(pair.buyer, "ask_introduction", query=query).status_code == 200
    response = ask(visit, pair.buyer, query, message="Bonjour à moi")
    assert response.context["form"].non_field_errors() and "Bonjour à moi" in text_of(response)
    assert not Introduction.objects.exists()


def test_ask_in_an_event_needs_consent_of_the_other_and_a_place_of_ones_own(pair, visit):
    event = event_of(pair.club)
    query = f"?event={event.pk}&organisation={pair.structure.pk}"
    place_of(event, pair.structure, is_listed=False)
    assert ask(visit, pair.buyer, query).status_code == 404  # who does not consent is not to be guessed
    place_of(event, pair.structure)
    assert ask(visit, pair.buyer, query).context["form"].non_field_errors()
    place_of(event, pair.company, is_listed=False)
    assert ask(visit, pair.buyer, query).status_code == 302


def test_ask_hidden_or_unknown_things_is_not_found(pair, visit):
    hidden = pair_of(pair.club).structure
    hidden.is_listed = False
    hidden.save()
    queries = (
        f"organisation={hidden.pk}",
        "organisation=0",
        "offer=999",
        "offer=1e3",
        "event=7&organisation=x",
        "offer=²",
    )
    for query in queries:
        assert ask(visit, pair.buyer, f"?{query}").status_code == 404
    assert visit(pair.buyer, "ask_introduction").status_code == 302


def test_ask_with_ids_that_are_not_offered_is_refused_at_the_field(pair, visit):
    offer = offer_of(pair.structure, SectorFactory())
    other_club = ClubFactory()
    join(pair.company, other_club), join(pair.structure, other_club)
    response = ask(visit, pair.buyer, f"?offer={offer.pk}", sector=SectorFactory().pk, club=ClubFactory().pk)
    assert set(response.context["form"].errors) == {"sector", "club"}
    assert not Introduction.objects.exists()


def test_ask_without_an_organisation_leads_to_ones_own(pair, visit):
    query = f"?organisation={pair.structure.pk}"
    assert reverse("members:onboarding_page") in text_of(visit(PersonFactory(), "ask_introduction", query=query))
    assert ask(visit, PersonFactory(), query).status_code == 403


def test_ask_without_a_club_in_common_is_explained_before_anything_is_typed(pair, visit):
    query = f"?organisation={pair_of().structure.pk}"
    assert b"<textarea" not in visit(pair.buyer, "ask_introduction", query=query).content
    assert ask(visit, pair.buyer, query).context["form"].non_field_errors()


def test_propose_finds_members_by_label_or_by_words(pair, visit):
    label = next(
        label
        for label, organisation in visit(pair.coordinator, "propose_introduction").context["form"].labels.items()
        if organisation == pair.company
    )
    data = {"asking": label, "asked": pair.structure.name, "subject": "À rencontrer"}
    assert visit(pair.coordinator, "propose_introduction", data=data, post=True).status_code == 302
    introduction = Introduction.objects.get()
    assert (introduction.asking, introduction.asked) == (pair.company, pair.structure)


def test_propose_refuses_strangers_ambiguity_and_the_same_twice(pair, visit):
    stranger, second = pair_of().structure, pair_of(pair.club)
    cases = [
        ({"asking": stranger.siret, "asked": pair.structure.siret}, "asking"),
        ({"asking": "Entreprise", "asked": pair.structure.siret}, "asking"),
        ({"asking": pair.company.siret, "asked": pair.company.siret}, "asked"),
    ]
    for data, field in cases:
        response = visit(pair.coordinator, "propose_introduction", data={**data, "subject": "X1"}, post=True)
        assert list(response.context["form"].errors) == [field]
        assert data[field] in text_of(response)
    assert not Introduction.objects.exists() and second.company.pk


def test_propose_is_filled_in_from_a_link(pair, visit):
    page = visit(pair.coordinator, "propose_introduction", query=f"?asked={pair.structure.pk}")
    assert pair.structure.siret in page.context["form"].initial["asked"]


# --- Answering and following ------------------------------------------------------------------------------------------


def test_answering_twice_says_so_and_changes_nothing(pair, visit):
    introduction = pair.ask()
    visit(pair.manager, "accept_introduction", introduction.pk, post=True)
    response = visit(pair.manager, "decline_introduction", introduction.pk, data={"reason": "Trop tard"}, post=True)
    assert response.context["form"].non_field_errors() and "Trop tard" in text_of(response)
    introduction.refresh_from_db()
    assert introduction.status == IntroductionStatus.ACCEPTED


def test_decline_and_close_keep_the_reason(pair, visit):
    introduction = pair.ask()
    visit(pair.manager, "decline_introduction", introduction.pk, data={"reason": "Carnet plein"}, post=True)
    assert "Carnet plein" in text_of(visit(pair.buyer, "introduction_page", introduction.pk))
    other = pair.accepted()
    assert visit(pair.buyer, "close_introduction", other.pk, data={"reason": ""}, post=True).context["form"].errors
    assert visit(pair.buyer, "close_introduction", other.pk, data={"reason": "Fini"}, post=True).status_code == 302


def test_next_step_in_the_past_says_so_at_the_field_and_keeps_what_was_typed(pair, visit):
    introduction = pair.accepted()
    data = {"on": "2020-01-01", "what": "Visite du site"}
    response = visit(pair.buyer, "set_next_step", introduction.pk, data=data, post=True)
    assert "on" in response.context["next_step_form"].errors and "Visite du site" in text_of(response)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    visit(pair.buyer, "set_next_step", introduction.pk, data={**data, "on": tomorrow.isoformat()}, post=True)
    introduction.refresh_from_db()
    assert (introduction.next_on, introduction.next_step) == (tomorrow, "Visite du site")


def test_owner_from_another_club_is_no_choice(pair, visit):
    introduction = pair.ask()
    data = {"owner": pair_of().coordinator.pk}
    assert visit(pair.coordinator, "assign_owner", introduction.pk, data=data, post=True).context["owner_form"].errors
    visit(pair.coordinator, "assign_owner", introduction.pk, data={"owner": pair.coordinator.pk}, post=True)
    introduction.refresh_from_db()
    assert introduction.owner == pair.coordinator


def test_note_without_words_keeps_the_page(pair, visit):
    introduction = pair.accepted()
    data = {"text": "  ", "audience": "shared"}
    assert visit(pair.buyer, "write_note", introduction.pk, data=data, post=True).context["note_form"].errors
    assert not Note.objects.exists()


# --- Contracts --------------------------------------------------------------------------------------------------------

CONTRACT = {"kind": "service", "starts_on": "2026-03-01", "ends_on": "2026-12-31", "amount": "12 000,50 €"}


def test_contract_is_stated_and_confirmed_by_http(pair, visit):
    introduction = pair.accepted()
    Occupation.objects.create(code="A1203", name="Aménagement et entretien des espaces verts")
    data = {**CONTRACT, "occupation": "a1203", "hours_due": "120"}
    visit(pair.buyer, "state_contract", introduction.pk, data=data, post=True)
    contract = Contract.objects.get()
    assert (contract.amount, contract.hours_due, contract.occupation_id) == (Decimal("12000.50"), 120, "A1203")
    page = visit(pair.manager, "introduction_page", introduction.pk)
    seen = {"seen": page.context["contracts"][0].seen}
    visit(pair.manager, "confirm_contract", contract.pk, data=seen, post=True)
    contract.refresh_from_db()
    assert contract.status == ContractStatus.CONFIRMED


def test_contract_corrected_meanwhile_is_not_confirmed_unread(pair, visit):
    contract = pair.stated()
    seen = {"seen": contract.stated_at.isoformat()}
    actions.change_contract(contract, by=pair.buyer, terms=service(amount=Decimal(99)))
    visit(pair.manager, "confirm_contract", contract.pk, data=seen, post=True)
    response = visit(pair.manager, "dispute_contract", contract.pk, data={**seen, "reason": "Non"}, post=True)
    assert response.context["form"].non_field_errors()
    contract.refresh_from_db()
    assert contract.status == ContractStatus.STATED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2026-02-01"}, "ends_on"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "beaucoup"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"amount": "99999999999999"}, "amount"),
        ({"kind": "cdi", "amount": ""}, "jobs"),
        ({"kind": "gift"}, "kind"),
        ({"starts_on": "31/02/2026"}, "starts_on"),
        ({"hours_due": "-1"}, "hours_due"),
        ({"hours_done": "99999999999"}, "hours_done"),
        ({"occupation": "Dompteur de dragons"}, "occupation"),
    ],
)
def test_contract_with_a_mistake_says_so_at_the_field_and_keeps_what_was_typed(pair, visit, changes, field):
    introduction = pair.accepted()
    data = {**CONTRACT, "reference": "2026-014", **changes}
    response = visit(pair.buyer, "state_contract", introduction.pk, data=data, post=True)
    assert list(response.context["form"].errors) == [field]
    assert "2026-014" in text_of(response)
    assert not Contract.objects.exists()


def test_contract_reference_that_names_somebody_is_warned_about(pair, visit, client):
    data = {**CONTRACT, "reference": "Jeanne Dupont"}
    response = visit(pair.buyer, "state_contract", pair.accepted().pk, data=data, post=True)
    page = client.get(response.url)
    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]


def test_calculator_in_the_form_fills_in_the_hours_and_stores_nothing(pair, visit):
    introduction = pair.accepted()
    rates = {"labour_share": "50", "insertion_rate": "5", "hourly_cost": "30", "calculate": "1"}
    data = {**CONTRACT, "amount": "1 000 000", "reference": "Lot 3", **rates}
    response = visit(pair.buyer, "state_contract", introduction.pk, data=data, post=True)
    assert response.context["hours"] == 833
    assert 'value="833"' in text_of(response) and "Lot 3" in text_of(response)
    without = visit(pair.buyer, "state_contract", introduction.pk, data={**data, "hourly_cost": "0"}, post=True)
    assert without.context["calculator"].errors and without.context["hours"] is None
    assert not Contract.objects.exists()


def test_calculator_by_itself_answers_a_link(pair, visit):
    data = {"amount": "1000000", "labour_share": "50", "insertion_rate": "5", "hourly_cost": "30"}
    assert visit(pair.buyer, "clause_hours", data=data).context["hours"] == 833
    assert visit(pair.buyer, "clause_hours").context["hours"] is None


def test_contract_form_of_a_correction_shows_what_was_stated(pair, visit):
    contract = pair.stated(service(reference="BC-77"))
    page = visit(pair.buyer, "change_contract", contract.pk)
    assert "BC-77" in text_of(page) and "12000,00" in text_of(page).replace("\u202f", "").replace("\u00a0", "")
    data = {**CONTRACT, "amount": "9000"}
    visit(pair.buyer, "change_contract", contract.pk, data=data, post=True)
    contract.refresh_from_db()
    assert contract.amount == 9000


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_my_list_shows_what_to_answer_first(pair, visit):
    asked, under_way = pair.ask(subject="A"), pair.accepted(subject="B")
    contract = pair.stated(introduction=under_way)
    ended = actions.decline_introduction(pair.ask(subject="C"), by=pair.manager)
    context = visit(pair.manager, "introduction_list").context
    assert list(context["to_answer"]) == [asked] and list(context["to_confirm"]) == [contract]
    assert list(context["page"]) == [under_way] and context["ended_count"] == 1
    assert list(visit(pair.manager, "introduction_list", query="?show=ended").context["page"]) == [ended]
    context = visit(pair.buyer, "introduction_list").context
    assert list(context["to_answer"]) == [] and set(context["page"]) == {asked, under_way}


def test_my_list_is_the_board_for_who_only_coordinates(pair, visit):
    assert visit(pair.coordinator, "introduction_list").url == reverse("introductions:board")
    assert visit(reader_of(pair.club), "introduction_list").status_code == 200


def test_board_has_a_column_per_stage_with_the_late_ones_on_top(pair, visit):
    today = timezone.localdate()
    quiet, late = pair.accepted(subject="Calme"), pair.accepted(subject="En retard")
    Introduction.objects.filter(pk=late.pk).update(next_on=today - datetime.timedelta(days=2))
    pair.ask(subject="Nouvelle"), pair.stated(introduction=pair.accepted(subject="À confirmer"))
    actions.decline_introduction(pair.ask(subject="Non"), by=pair.manager)
    pair_of().ask(subject="Autre club")
    context = visit(pair.coordinator, "board").context
    columns = {column.stage: column for column in context["columns"]}
    assert columns[Stage.ACCEPTED].cards == [late, quiet]
    assert {stage: column.count for stage, column in columns.items()} == {
        Stage.ASKED: 1, Stage.ACCEPTED: 2, Stage.IN_TALKS: 0, Stage.TO_CONFIRM: 1, Stage.CONFIRMED: 0,
    }  # fmt: skip
    assert dict(context["others"])[Stage.DECLINED] == 1


def test_table_filters(pair, visit):
    sector = SectorFactory()
    kept = pair.accepted(subject="Élagage", sector=sector)
    actions.assign_owner(kept, by=pair.coordinator, owner=pair.coordinator)
    pair.ask(subject="Autre chose")
    pair_of().ask(subject="Élagage ailleurs")
    queries = ("q=elagage", "state=accepted", f"owner={pair.coordinator.pk}", f"sector={sector.pk}")
    for query in queries:
        assert list(visit(pair.coordinator, "table", query=f"?{query}").context["page"]) == [kept], query
    assert len(visit(pair.coordinator, "table").context["page"]) == 2
    nothing = ("late=on", "origin=offer", "year=2001", "club=nowhere&q=zzz")
    for query in nothing:
        assert not len(visit(pair.coordinator, "table", query=f"?{query}").context["page"]), query
    assert visit(pair.coordinator, "table", query="?owner=abc&page=99&state=x&year=-1").status_code == 200


def test_exports_hold_the_filtered_rows_and_no_formula(pair, visit):
    pair.accepted(subject="=HYPERLINK(1)")
    pair.ask(subject="Autre")
    lines = b"".join(visit(pair.coordinator, "export_introductions", "csv", query="?state=accepted").streaming_content)
    assert lines.decode("utf-8-sig").count("\r\n") == 2 and "'=HYPERLINK" in lines.decode()
    assert visit(pair.coordinator, "export_introductions", "xlsx").status_code == 200


def test_contract_list_shows_each_person_their_own(pair, visit):
    mine, confirmed = pair.stated(), pair.confirmed(hiring(), pair.accepted(subject="Recruter"))
    pair_of().stated()
    for person in (pair.buyer, pair.manager, pair.coordinator):
        assert set(visit(person, "contract_list").context["page"]) == {mine, confirmed}
    page = visit(pair.coordinator, "contract_list", query="?status=confirmed&kind=cdi&year=2026").context["page"]
    assert list(page) == [confirmed]
    assert not len(visit(reader_of(pair.club), "contract_list").context["page"])
    lines = b"".join(visit(pair.buyer, "export_contracts", "csv").streaming_content).decode()
    assert lines.count("\r\n") == 3


@pytest.mark.parametrize("name", ["introduction_list", "board", "table", "contract_list"])
def test_lists_ask_the_database_as_often_for_one_as_for_three(pair, visit, client, name):
    person = pair.manager if name == "introduction_list" else pair.coordinator

    def fill(number):
        one = pair_of(pair.club)
        Role.objects.create(person=pair.manager, organisation=one.structure, level=RoleLevel.MANAGER)
        one.ask(subject=f"A{number}")
        one.accepted(subject=f"B{number}", sector=SectorFactory())
        one.stated(introduction=one.accepted(subject=f"C{number}"))
        one.confirmed(hiring(kind=ContractKind.CDDI), one.accepted(subject=f"D{number}"))

    def count():
        client.force_login(fresh(person))
        client.get(reverse("desk"))  # what is read once per process
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(f"introductions:{name}")).status_code == 200
        return len(queries)

    fill(0)
    first = count()
    fill(1), fill(2)
    assert count() == first
