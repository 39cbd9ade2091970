import io
from datetime import UTC, datetime

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory
from PIL import Image

from core.uploads import clean_picture
from members.models import Label
from offers.enums import OfferStatus, Provision, Range
from offers.models import Offer, Picture
from tests.factories import OrganisationFactory, SectorFactory
from tests.memberships.factories import TermFactory


class LabelFactory(DjangoModelFactory):
    class Meta:
        model = Label
        django_get_or_create = ["name"]

    name = factory.Sequence(lambda n: f"Label {n}")


class OfferFactory(DjangoModelFactory):
    """A published offer, 30 km around Nanterre, of a structure that is a member of a club.

    `member=False` leaves the membership out, `club=…` chooses the club; `sectors`, `territories`, `labels` are lists.
    """

    class Meta:
        model = Offer
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status=OfferStatus.DRAFT, published_at=None)
        withdrawn = factory.Trait(status=OfferStatus.WITHDRAWN)

    organisation = factory.SubFactory(OrganisationFactory, structure=True, latitude=48.896, longitude=2.2066)
    title = factory.Sequence(lambda n: f"Offre {n}")
    description = "Nous travaillons bien."
    provision = Provision.SERVICE
    range = Range.AROUND
    range_km = factory.Maybe(
        factory.LazyAttribute(lambda offer: offer.range == Range.AROUND), yes_declaration=30, no_declaration=None
    )
    status = OfferStatus.PUBLISHED
    published_at = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    @classmethod
    def _create(cls, model_class, *args, member=True, club=None, sectors=None, territories=(), labels=(), **kwargs):
        offer = super()._create(model_class, *args, **kwargs)
        if member and not offer.organisation.terms.exists():
            TermFactory(organisation=offer.organisation, **({"club": club} if club else {}))
        offer.sectors.set([SectorFactory()] if sectors is None else sectors)
        offer.territories.set(territories)
        offer.labels.set(labels)
        Offer.objects.filter(pk=offer.pk).update(search_text=offer.searchable_text())
        return offer


class PictureFactory(DjangoModelFactory):
    class Meta:
        model = Picture

    offer = factory.SubFactory(OfferFactory)
    image = factory.LazyFunction(lambda: clean_picture(upload()))
    caption = "Deux jardinières taillent une haie"


def upload(name: str = "photo.jpg", side: int = 40) -> SimpleUploadedFile:
    """A real picture as a browser sends it."""
    content = io.BytesIO()
    Image.new("RGB", (side, side), "#4f7f5a").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")
