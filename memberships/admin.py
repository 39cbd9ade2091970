"""A look behind the pages. Verbs stay on the pages, where they lock, write history and send letters."""

from django.contrib import admin

from memberships.models import Application, Plan, Term


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ["name", "club", "period", "is_open"]
    list_filter = ["club", "period", "is_open"]
    list_select_related = ["club"]


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ["organisation", "club", "status", "submitted_at", "decided_at"]
    list_filter = ["club", "status"]
    list_select_related = ["organisation", "club"]
    search_fields = ["organisation__search_text"]
    date_hierarchy = "submitted_at"


@admin.register(Term)
class TermAdmin(ReadOnlyAdmin):
    list_display = ["organisation", "club", "plan", "starts_on", "ends_on"]
    list_filter = ["club", "plan"]
    list_select_related = ["organisation", "club", "plan"]
    search_fields = ["organisation__search_text"]
    date_hierarchy = "starts_on"
