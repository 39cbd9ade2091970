"""History and letters for administrators: to read, never to write."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.models import HistoryEntry, Letter


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the actions write."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(HistoryEntry)
class HistoryEntryAdmin(ReadOnlyAdmin):
    list_display = ["happened_at", "sentence", "by", "code"]
    list_select_related = ["by"]
    list_filter = ["happened_at"]
    date_hierarchy = "happened_at"
    search_fields = ["code", "by__email"]
    fields = ["happened_at", "by", "code", "sentence", "values"]
    show_full_result_count = False

    @admin.display(description=_("sentence"))
    def sentence(self, entry):
        return entry.sentence


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Who was written to, when, with which outcome. What a secret letter says is shown in the demo only, where no letter
    leaves the machine.
    """

    list_display = ["created_at", "to_email", "subject", "status", "tries", "sent_at"]
    list_filter = ["status", "code", "created_at"]
    date_hierarchy = "created_at"
    search_fields = ["to_email", "subject"]
    show_full_result_count = False

    def get_fields(self, request, obj=None):
        fields = ["created_at", "to_email", "subject", "code", "status", "tries", "next_try_at", "sent_at", "error"]
        is_hidden = obj is None or (obj.is_secret and not settings.IS_DEMO)
        return fields if is_hidden else [*fields, "text"]
