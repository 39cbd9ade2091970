"""A club's own letters: its texts, in both languages, what may stand in them, what may be switched off."""

import pytest
from django.db import IntegrityError, transaction
from django.template.defaultfilters import linebreaks
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from core.errors import RuleBroken
from core.letters import Recipient
from core.models import HistoryEntry, Letter
from events.actions import (
    cancel_event,
    cancel_place,
    change_session,
    choose_sessions,
    postpone_event,
    register_people,
    remove_session,
    restore_letter_text,
    set_letter_text,
    switch_letter,
    update_event,
)
from events.letter_kinds import KINDS, filled, is_off, kind_named, unknown_placeholders, wording
from events.letters import preview_of, sample_of
from events.models import LetterOff, LetterText
from tests.events.factories import EventFactory, in_days, person_named, place_at, register
from tests.events.programme import WorkshopFactory
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of

pytestmark = pytest.mark.django_db
CONFIRMED, THANKS = KINDS["events.place_confirmed"], KINDS["events.thanks"]


def own(club, kind=CONFIRMED, language="fr", subject="À vous de jouer : {event}", body="Bonjour {name}, c’est oui."):
    return set_letter_text(club, kind, language, by=None, subject=subject, body=body)


# --- Words ------------------------------------------------------------------------------------------------------------


def test_letter_says_what_the_club_wrote_and_what_follows_from_the_event():
    event = EventFactory(title="Petit déjeuner")
    own(event.club, body="Bonjour {name}, rendez-vous {when}.\n\nAdresse : {where} ({club}).")
    register(event)
    letter = Letter.objects.get()
    assert letter.subject == "À vous de jouer : Petit déjeuner"
    assert (
        f"rendez-vous {event.when}." in letter.text and f"Adresse : {event.address} ({event.club.name})." in letter.text
    )
    assert "est confirmée" not in letter.text and "/events/ticket/" in letter.text
    assert {one.filename for one in letter.attachments.all()} == {"event.ics", "billet.pdf"}


def test_text_of_one_club_and_one_language_is_no_others():
    event, elsewhere = EventFactory(), EventFactory()
    own(event.club)
    english = PersonFactory(language="en", email="en@example.org")
    register_people(
        event, organisation=OrganisationFactory(), people=[person_named("En", email=english.email)], by=None
    )
    assert Letter.objects.get().subject == f"Your place: {event.title}"
    register(elsewhere)
    assert Letter.objects.latest("pk").subject.startswith("Votre place")


def test_what_stands_in_a_title_or_a_name_is_no_placeholder():
    subject, paragraphs = filled(
        "{event}", "{name} {nobody}\r\n\r\n{event}", {"event": "{name}", "name": "{event} %(x)s"}
    )
    assert (subject, paragraphs) == ("{name}", ["{event} %(x)s {nobody}", "{name}"])


def test_paragraphs_are_parted_by_empty_lines_only():
    assert filled("", "  un\ndeux \n \n\n\ntrois\n", {})[1] == ["un\ndeux", "trois"]


def test_html_in_a_text_is_shown_and_not_obeyed():
    event = EventFactory()
    own(event.club, subject="<b>Oui</b>", body="<script>alert(1)</script> & {name}")
    register(event)
    letter = Letter.objects.get()
    assert "<script>" not in letter.html and "&lt;script&gt;" in letter.html and "<script>" in letter.text


@pytest.mark.parametrize("code", KINDS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_house_text_knows_all_its_placeholders_in_both_languages(code, language):
    kind = KINDS[code]
    subject, body = kind.house_text(language)
    assert subject and body and not unknown_placeholders(subject + body, kind.placeholders)
    club = ClubFactory.build(name="Club de l’Oise")
    event, to = sample_of(club, timezone.now()), Recipient("", "Camille Martin", language)
    preview = preview_of(event, to, subject=subject, body=body, kind=kind)
    assert "{" not in preview.subject + preview.text
    assert ("Bonjour" if language == "fr" else "Hello") in preview.text


def test_house_texts_are_french_and_english():
    for kind in KINDS.values():
        french, english = kind.house_text("fr"), kind.house_text("en")
        assert french[1] != english[1], kind.code


def test_every_action_writes_letters_of_a_known_kind():
    event = EventFactory(capacity=2)
    assistant = PersonFactory(email="assistante@example.org")
    kept = register_people(
        event, organisation=OrganisationFactory(), people=[person_named(), person_named()], by=assistant
    )
    waiting = register(event, by=assistant)
    leaving = register(event)
    cancel_place(leaving.places.get(), by=None)
    cancel_place(kept.places.first(), by=None)
    update_event(event, by=None, venue="Ailleurs")
    cancel_event(event, by=None)
    codes = set(Letter.objects.values_list("code", flat=True))
    assert codes == set(KINDS) & codes and waiting.pk
    assert {
        "events.place_confirmed", "events.place_waiting", "events.place_offered", "events.registration_made",
        "events.registration_waiting", "events.place_cancelled", "events.waiting_left", "events.event_changed",
        "events.event_cancelled",
    } == codes  # fmt: skip
    assert not [letter.text for letter in Letter.objects.all() if "{" in letter.text]


def test_postponement_is_told_in_the_clubs_words_with_what_follows_from_it():
    event = EventFactory(title="Petit déjeuner")
    club, before = event.club, event.when
    for kind in ("event_postponed", "event_date_open", "event_date_set"):
        own(club, KINDS[f"events.{kind}"], subject=f"{kind} : {{event}}", body="Bonjour {name}, patience.")
    own(club, KINDS["events.event_date_open"], subject="event_date_open : {event}", body="Pas {before}.")
    place = register(event).places.get()
    postpone_event(event, by=None, reason="Grève")
    postpone_event(event, by=None, starts_at=in_days(60))
    postpone_event(event, by=None, starts_at=in_days(70))
    told = list(Letter.objects.filter(to_email=place.email).order_by("pk"))[1:]
    kinds = ["event_date_open", "event_date_set", "event_postponed"]
    assert [letter.subject for letter in told] == [f"{kind} : Petit déjeuner" for kind in kinds]
    assert f"Pas {before}." in told[0].text and "Grève" in told[0].text and "patience." in told[1].text
    assert all("/events/registrations/" in letter.text and letter.attachments.count() == 1 for letter in told)


def test_programme_is_told_in_the_clubs_words():
    event = EventFactory()
    for kind in ("sessions_chosen", "sessions_left", "session_changed", "session_removed"):
        also = "" if kind.startswith("sessions") else " {session}"
        own(event.club, KINDS[f"events.{kind}"], subject=f"{kind}{also}", body="Bonjour {name}.")
    one, other = (WorkshopFactory(event=event, title=title) for title in ("Un", "Deux"))
    place = place_at(event, person=PersonFactory())
    coordinator = coordinator_of(event.club)
    choose_sessions(place, sessions=[one], by=coordinator)
    choose_sessions(place, sessions=[], by=coordinator)
    choose_sessions(place, sessions=[other], by=place.person)
    change_session(other, by=None, room="Salle Mistral")
    remove_session(other, by=None)
    told = Letter.objects.order_by("pk")
    assert [letter.subject for letter in told] == [
        "sessions_chosen", "sessions_left", "session_changed Deux", "session_removed Deux",
    ]  # fmt: skip
    assert "Un" in told[0].text and "Salle Mistral" in told[2].text
    assert all(f"Bonjour {place.full_name}." in letter.text for letter in told)


def test_preview_has_the_facts_and_the_button_that_its_letter_has():
    event, to = sample_of(ClubFactory.build(name="Club de l’Oise"), timezone.now()), Recipient("", "Camille", "fr")
    shown = {
        code: preview_of(event, to, subject="-", body="-", kind=KINDS[code])
        for code in ("events.place_confirmed", "events.session_removed")
    }
    assert [bool(preview.facts) for preview in shown.values()] == [True, False]
    assert [preview.button for preview in shown.values()] == ["Voir le billet", "Voir le programme"]


def test_texts_of_a_club_are_read_once_for_many_letters(django_assert_num_queries):
    event = EventFactory()
    own(event.club)
    to = Recipient("", "Camille Martin", "fr")
    with override("fr"):
        with django_assert_num_queries(1):
            for _ in range(5):
                assert wording("events.place_confirmed", to, event)[0].startswith("À vous de jouer")


# --- Rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "text"), [("subject", "Oui {prenom}"), ("body", "Voir {event.club} et {0}"), ("body", "{}")]
)
def test_unknown_placeholder_is_refused_at_its_field_with_the_known_ones(field, text):
    values = {"subject": "Oui", "body": "Oui", field: text}
    with pytest.raises(RuleBroken) as refused:
        set_letter_text(ClubFactory(), CONFIRMED, "fr", by=None, **values)
    assert refused.value.field == field and "{when}" in str(refused.value) and not LetterText.objects.exists()


def test_placeholder_of_one_kind_is_unknown_to_another():
    club = ClubFactory()
    own(club, KINDS["events.registration_not_paid"], body="Perdu : {seats}")
    with pytest.raises(RuleBroken):
        own(club, CONFIRMED, body="Perdu : {seats}")


def test_text_saved_twice_is_one_and_restored_is_none():
    club = ClubFactory()
    own(club)
    own(club, subject="Autre chose")
    assert LetterText.objects.get().subject == "Autre chose"
    for _twice in range(2):
        restore_letter_text(club, CONFIRMED, "fr", by=None)
    assert not LetterText.objects.exists()
    codes = list(HistoryEntry.objects.order_by("pk").values_list("code", flat=True))
    assert codes == ["events.letter_text.changed"] * 2 + ["events.letter_text.restored"]
    assert HistoryEntry.objects.first().values == {"kind": "Confirmation"}


def test_database_keeps_one_text_a_language():
    text = own(ClubFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterText.objects.create(club=text.club, code=text.code, language="fr", subject="-", body="-")
    with pytest.raises(RuleBroken):
        own(text.club, language="de")


def test_what_tells_people_of_their_place_is_always_sent():
    club = ClubFactory()
    for kind in KINDS.values():
        if not kind.may_be_off:
            with pytest.raises(RuleBroken):
                switch_letter(club, kind, is_on=False, by=None)
    assert {kind.slug for kind in KINDS.values() if kind.may_be_off} == {
        "reminder_week", "reminder_day", "thanks", "outcome_month", "outcome_quarter", "survey_reminder", "proposal_due",
        "proposal_late",
    }  # fmt: skip
    LetterOff.objects.create(club=club, code=CONFIRMED.code)  # written past the action
    assert not is_off(club, CONFIRMED.code)


def test_switching_twice_is_switching_once():
    club = ClubFactory()
    for is_on in (False, False, True, True):
        switch_letter(club, THANKS, is_on=is_on, by=None)
        assert is_off(club, THANKS.code) is not is_on
    assert HistoryEntry.objects.filter(code="events.letter.switched").count() == 2


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def club():
    return ClubFactory(slug="oise", name="Club de l’Oise")


@pytest.fixture
def desk(client, club):
    client.force_login(coordinator_of(club))
    return client


def page_of(kind=CONFIRMED, language="fr", name="edit_letter_text", club="oise"):
    return reverse(f"events:{name}", args=[club, kind.slug, language])


def test_list_says_when_each_is_sent_how_many_were_and_whose_text_it_is(desk, club):
    register(EventFactory(club=club), 3)
    register(EventFactory())
    own(club)
    switch_letter(club, THANKS, is_on=False, by=None)
    themes = desk.get(reverse("events:letter_kind_list")).context["themes"]
    rows = {row["kind"].slug: row for _theme, rows in themes for row in rows}
    assert set(rows) == {kind.slug for kind in KINDS.values()}
    assert (rows["place_confirmed"]["written"], rows["place_waiting"]["written"]) == (3, 0)
    assert [is_own for _code, _name, is_own in rows["place_confirmed"]["languages"]] == [True, False]
    assert rows["thanks"]["is_off"] and not rows["reminder_day"]["is_off"]


def test_form_begins_with_the_house_text_and_saves_the_clubs(desk, club):
    page = desk.get(page_of())
    assert page.context["form"].initial["subject"] == "Votre place : {event}".replace(" :", "\u00a0:")
    desk.post(page_of(), {"subject": "Bienvenue à {event}", "body": "Un.\r\n\r\nDeux."})
    text = LetterText.objects.get()
    assert (text.club, text.language, text.subject) == (club, "fr", "Bienvenue à {event}") and text.by is not None
    assert desk.get(page_of()).context["form"].initial["subject"] == "Bienvenue à {event}"
    desk.post(page_of(name="restore_letter_text"))
    assert not LetterText.objects.exists()


def test_page_is_of_the_texts_language_whatever_that_of_the_reader(desk, club):
    own(club, language="en", subject="Yours: {event}", body="Hello {name}.")
    shown = desk.get(page_of(language="en"), headers={"accept-language": "fr"}).content.decode()
    assert f'href="{page_of(language="en")}" aria-current="page"' in shown
    assert f'action="{page_of(language="en", name="restore_letter_text")}"' in shown


def test_preview_shows_the_letter_and_saves_nothing(desk, club):
    event = EventFactory(club=club, title="Une vraie rencontre")
    typed = {"subject": "Oui : {event}", "body": "<em>Bonjour</em>\n\nÀ {where}", "event": event.pk, "preview": "yes"}
    response = desk.post(page_of(), typed)
    preview = response.context["preview"]
    assert preview.subject == "Oui : Une vraie rencontre" and preview.paragraphs[1] == f"À {event.address}"
    page = response.content.decode()
    assert linebreaks("<em>Bonjour</em>", autoescape=True) in page and "<em>" not in page and "<iframe" not in page
    assert ' style="' not in page.partition("letter-preview")[2] and event.get_absolute_url() in preview.text
    assert not LetterText.objects.exists() and not Letter.objects.exists()


def test_preview_is_of_an_invented_event_where_none_is_chosen(desk):
    preview = desk.post(page_of(language="en"), {"subject": "{event}", "body": "{name}", "preview": "yes"}).context[
        "preview"
    ]
    assert preview.subject == "Open Map ESS" and preview.language == "en" and "Hello Camille Martin," in preview.text


def test_preview_of_another_clubs_event_is_refused(desk):
    typed = {"subject": "Oui", "body": "Oui", "event": EventFactory().pk, "preview": "yes"}
    response = desk.post(page_of(), typed)
    assert response.context["preview"] is None and response.context["form"].errors["event"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"subject": "", "body": "Oui"}, "subject"),
        ({"subject": "Oui", "body": "  "}, "body"),
        ({"subject": "x" * 201, "body": "Oui"}, "subject"),
        ({"subject": "Oui", "body": "x" * 5001}, "body"),
        ({"subject": "Oui {prenom}", "body": "Oui"}, "subject"),
        ({"subject": "Oui", "body": "{when} {heure}"}, "body"),
    ],
)
def test_bad_text_comes_back_at_its_field_with_what_was_typed(desk, typed, field):
    response = desk.post(page_of(), typed)
    assert response.status_code == 200 and list(response.context["form"].errors) == [field]
    assert response.context["form"]["body"].value() == typed["body"] and not LetterText.objects.exists()


def test_switch_by_the_page(desk, club):
    address = reverse("events:switch_letter", args=["oise", "thanks"])
    desk.post(address, {"on": "no"})
    assert is_off(club, THANKS.code)
    desk.post(address, {"on": "yes"})
    assert not is_off(club, THANKS.code)
    desk.post(reverse("events:switch_letter", args=["oise", "place_confirmed"]), {"on": "no"})
    assert not LetterOff.objects.exists()


def test_what_does_not_exist_is_not_found(desk):
    ClubFactory(slug="ailleurs")
    for address in (
        page_of(club="ailleurs"),
        page_of(language="de"),
        reverse("events:edit_letter_text", args=["oise", "no_such_kind", "fr"]),
    ):
        assert desk.get(address).status_code == 404
        assert desk.post(address, {"subject": "Oui", "body": "Oui"}).status_code == 404
    assert kind_named("no_such_kind") is None
