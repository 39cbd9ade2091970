"""What was uploaded is stored with its row or not at all, whatever fails after it was written."""

from collections.abc import Iterator
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from events.actions import (
    add_documents,
    add_funder_logo,
    answer_files,
    documents,
    hand_in_file,
    papers,
    pitches,
    select_pitch,
    set_slides,
)
from events.models import AnswerFile, FunderLogo
from members.models.imports import private_storage
from tests.events.factories import EventFactory
from tests.events.programme import PitchProposalFactory
from tests.events.test_answer_files import ask_file, come, pdf
from tests.events.test_documents import FIELDS
from tests.factories import ClubFactory


def files() -> set[str]:
    return {name for storage in (default_storage, private_storage()) for name in names_in(storage)}


def names_in(storage, folder: str = "") -> Iterator[str]:
    folders, names = storage.listdir(folder)
    yield from (f"{folder}/{name}" for name in names)
    for inner in folders:
        yield from names_in(storage, f"{folder}/{inner}" if folder else inner)


def handing_in():
    event = EventFactory()
    question, place = ask_file(event), come(event)
    return answer_files, partial(hand_in_file, question, place.registration, place, file=pdf(), by=None)


def adding_documents():
    return documents, partial(add_documents, EventFactory(), by=None, files=[pdf(), pdf()], **FIELDS)


def setting_slides():
    pitch = select_pitch(PitchProposalFactory(), by=None)
    return pitches, partial(set_slides, pitch, by=None, file=ContentFile(b"x", name="a.pdf"))


def adding_a_logo():
    return papers, partial(
        add_funder_logo, ClubFactory(), by=None, name="FSE", picture=ContentFile(b"x", name="a.webp")
    )


class Broken(Exception):
    pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scenario", [handing_in, adding_documents, setting_slides, adding_a_logo])
def test_nothing_stays_on_disk_of_what_failed(monkeypatch, scenario):
    module, act = scenario()
    before = files()
    written = []

    def fail(*args, **kwargs):
        written.append(files() - before)
        raise Broken

    with monkeypatch.context() as broken:
        broken.setattr(module, "record", fail)
        with pytest.raises(Broken):
            act()
    assert written[0] and files() == before
    act()
    assert files() - before


@pytest.mark.django_db(transaction=True)
def test_file_from_before_stays_when_its_successor_failed(monkeypatch):
    module, act = handing_in()
    act()
    first = AnswerFile.objects.get()
    monkeypatch.setattr(module, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        act()
    assert AnswerFile.objects.get().file.name == first.file.name and first.file.storage.exists(first.file.name)


@pytest.mark.django_db(transaction=True)
def test_logo_of_a_name_that_is_taken_leaves_no_file():
    _module, act = adding_a_logo()
    act()
    before = files()
    with pytest.raises(Exception, match="nom"):
        act()
    assert files() == before and FunderLogo.objects.count() == 1
