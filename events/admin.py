"""What administrators may look up. Places are given and taken by the pages, under the event's lock; here they are read."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from events.models import (
    Allotment,
    Document,
    Door,
    Event,
    LetterOff,
    LetterText,
    Mailing,
    PitchProposal,
    Place,
    Price,
    Quota,
    Reception,
    Registration,
    Scan,
    Session,
)


class ReadOnlyInline(admin.TabularInline):
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class QuotaInline(ReadOnlyInline):
    model = Quota


class PriceInline(ReadOnlyInline):
    model = Price


class SessionInline(ReadOnlyInline):
    model = Session
    fields = ["kind", "title", "starts_at", "ends_at", "room", "has_sign_up", "capacity"]


class ReceptionInline(ReadOnlyInline):
    model = Reception

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "event")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["title", "club", "kind", "starts_at", "status", "capacity", "sequence"]
    list_filter = ["status", "kind", "club"]
    list_select_related = ["club"]
    search_fields = ["search_text"]
    date_hierarchy = "starts_at"
    inlines = [QuotaInline, PriceInline, SessionInline, ReceptionInline]


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyAdmin):
    list_display = ["organisation", "event", "by", "registered_at", "held_until"]
    list_select_related = ["organisation", "event", "by"]
    search_fields = ["organisation__search_text", "event__search_text"]


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    list_display = ["full_name", "event", "audience", "status", "attendance", "is_walk_in"]
    list_filter = ["status", "attendance", "audience"]
    list_select_related = ["event"]
    search_fields = ["search_text"]


@admin.register(PitchProposal)
class PitchProposalAdmin(ReadOnlyAdmin):
    list_display = ["title", "organisation", "call", "status", "position", "minutes"]
    list_filter = ["status"]
    list_select_related = ["organisation", "call__session"]


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ["title", "event", "session", "kind", "audience", "shown_from"]
    list_filter = ["kind", "audience"]
    list_select_related = ["event", "session"]


@admin.register(LetterText)
class LetterTextAdmin(ReadOnlyAdmin):
    list_display = ["club", "code", "language", "subject", "changed_at"]
    list_filter = ["club", "language"]
    list_select_related = ["club"]


@admin.register(LetterOff)
class LetterOffAdmin(ReadOnlyAdmin):
    list_display = ["club", "code", "since"]
    list_select_related = ["club"]


@admin.register(Mailing)
class MailingAdmin(ReadOnlyAdmin):
    list_display = ["subject", "event", "to", "people", "created_at", "stopped_at", "finished_at"]
    list_select_related = ["event"]


@admin.register(Door)
class DoorAdmin(ReadOnlyAdmin):
    list_display = ["name", "event", "session", "opened_at", "last_sync_at", "to_send", "clock_ahead"]
    list_select_related = ["event", "session"]


@admin.register(Allotment)
class AllotmentAdmin(ReadOnlyAdmin):
    list_display = ["door", "event", "audience", "seats", "used", "reserved_at", "released_at"]
    list_select_related = ["event", "door"]


@admin.register(Scan)
class ScanAdmin(ReadOnlyAdmin):
    list_display = ["corrected_at", "event", "door", "session", "kind", "verdict", "device_at", "received_at"]
    list_filter = ["verdict", "kind"]
    list_select_related = ["event", "door", "session"]
