from core.models import Letter
from introductions import actions
from introductions.models import Note
from members import personal_data
from members.actions.people import erase_account
from tests.factories import member_of


def test_erased_person_is_no_contact_and_their_details_are_gone(pair):
    colleague = member_of(pair.structure)
    introduction = pair.accepted()
    actions.write_note(introduction, by=pair.manager, text="Visite faite")
    contract = pair.confirmed(introduction=introduction)
    email, name = pair.manager.email, pair.manager.last_name
    pair.structure.roles.filter(person=colleague).update(level="manager")
    erase_account(pair.manager, by=pair.manager)
    introduction.refresh_from_db()
    contract.refresh_from_db()
    assert introduction.asked_contact is None and introduction.is_revealed and contract.answered_at
    assert not any(email in letter.text or name in letter.text for letter in Letter.objects.all())
    assert name not in str(Note.objects.get().by)


def test_person_takes_away_what_is_known_of_them(pair):
    introduction = pair.accepted()
    pair.stated(introduction=introduction)
    actions.write_note(introduction, by=pair.buyer, text="Visite faite")
    data = personal_data.export_all(pair.buyer)["introductions"]
    assert data["introductions"][0]["subject"] == introduction.subject
    assert data["notes"][0]["text"] == "Visite faite" and len(data["contracts_stated"]) == 1
    assert data["contracts_answered"] == []
