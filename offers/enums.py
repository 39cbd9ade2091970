from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status


class Provision(models.TextChoices):
    """What is provided: people, a service, goods."""

    STAFFING = "staffing", _("Staffing")
    SERVICE = "service", _("Service")
    GOODS = "goods", _("Goods")


class Range(models.TextChoices):
    """How far a structure works."""

    AROUND = "around", _("Around its address")
    TERRITORIES = "territories", _("In listed territories")
    COUNTRY = "country", _("In the whole country")


class OfferStatus(Status):
    DRAFT = "draft", pgettext_lazy("offer", "draft")
    PUBLISHED = "published", pgettext_lazy("offer", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("offer", "withdrawn")

    @classmethod
    def moves(cls):
        return {
            cls.DRAFT: {cls.PUBLISHED},
            cls.PUBLISHED: {cls.WITHDRAWN},
            cls.WITHDRAWN: {cls.PUBLISHED},
        }

    @classmethod
    def tones(cls):
        return {cls.DRAFT: "neutral", cls.PUBLISHED: "good", cls.WITHDRAWN: "late"}
