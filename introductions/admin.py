"""A look behind the pages. Verbs stay on the pages, where they lock, write history and send letters."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from introductions.models import Contract, Introduction


@admin.register(Introduction)
class IntroductionAdmin(ReadOnlyAdmin):
    list_display = ["subject", "asking", "asked", "club", "status", "origin", "asked_at", "next_on"]
    list_filter = ["club", "status", "origin"]
    list_select_related = ["asking", "asked", "club"]
    search_fields = ["folded_subject", "asking__search_text", "asked__search_text"]
    date_hierarchy = "asked_at"


@admin.register(Contract)
class ContractAdmin(ReadOnlyAdmin):
    list_display = [
        "kind",
        "introduction",
        "stated_for",
        "status",
        "amount",
        "hours_due",
        "hours_done",
        "jobs",
        "starts_on",
    ]
    list_filter = ["status", "kind"]
    list_select_related = ["introduction", "stated_for"]
    search_fields = ["reference", "introduction__folded_subject"]
    date_hierarchy = "starts_on"
