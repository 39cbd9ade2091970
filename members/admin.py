"""What administrators look after: clubs and their desks, people, organisations, the reference lists.

Rows whose changes have rules (requests, invitations, mail domains, imports) are shown elsewhere, where the rules are kept.
"""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.utils.translation import gettext_lazy as _

from members.actions.teams import keep_out
from members.codes import clean_naf, clean_phone, clean_siret
from members.enums import RoleLevel
from members.models import Club, ClubRole, Commune, Label, Organisation, Person, Role, Sector, SectorGroup, Territory

admin.site.site_header = _("Administration of the clubs")
admin.site.site_title = _("Administration")
admin.site.index_title = _("What do you want to look after?")


class ClubRoleInline(admin.TabularInline):
    model = ClubRole
    extra = 0
    autocomplete_fields = ["person", "club"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "club")


@admin.register(Club)
class ClubAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "email", "objective", "stretch_objective", "founded_on"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["territories"]
    inlines = [ClubRoleInline]


class TeamFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """An organisation that has people keeps at least one manager."""
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if kept and not any(values.get("level") == RoleLevel.MANAGER for values in kept):
            raise forms.ValidationError(_("An organisation keeps at least one manager."))

    def delete_existing(self, role, commit=True):
        """Whoever is taken off the team here does not come back by their mail domain either."""
        super().delete_existing(role, commit)
        keep_out(role.person, role.organisation)


class TeamInline(admin.TabularInline):
    model = Role
    formset = TeamFormSet
    extra = 0
    autocomplete_fields = ["person"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "organisation")


class RoleInline(admin.TabularInline):
    """A person's roles, to read: a team is changed on its organisation's page, where its last manager is guarded."""

    model = Role
    extra = 0
    readonly_fields = fields = ["organisation", "level"]
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "organisation")


class NewPersonForm(BaseUserCreationForm):
    class Meta:
        model = Person
        fields = ["email", "first_name", "last_name"]


@admin.register(Person)
class PersonAdmin(UserAdmin):
    """Accounts are erased on their owner's profile page or by the daily run, so that every app forgets them."""

    list_display = ["email", "last_name", "first_name", "is_staff", "last_login", "erased_at"]
    list_filter = ["is_active", "is_superuser", "club_roles__club", "club_roles__kind"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["last_name", "first_name"]
    readonly_fields = ["last_login", "date_joined", "consented_at", "warned_at", "erased_at"]
    filter_horizontal = []
    autocomplete_fields = ["acting_for"]
    inlines = [RoleInline, ClubRoleInline]
    add_form = NewPersonForm
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Profile"), {"fields": ["first_name", "last_name", "job_title", "phone", "language", "acting_for"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["date_joined", "last_login", "consented_at", "warned_at", "erased_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "first_name", "last_name", "password1", "password2"]})]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def has_delete_permission(self, request, obj=None):
        return False


class OrganisationAdminForm(forms.ModelForm):
    website = forms.URLField(label=_("website"), required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = [
            "kind", "siret", "name", "trade_name", "naf", "street", "post_code", "city", "commune", "latitude",
            "longitude", "phone", "email", "website", "headcount", "description", "logo", "sectors", "networks", "labels",
            "clubs", "is_listed", "is_demo",
        ]  # fmt: skip

    def clean_siret(self):
        return clean_siret(self.cleaned_data["siret"])

    def clean_naf(self):
        return clean_naf(self.cleaned_data["naf"])

    def clean_phone(self):
        return clean_phone(self.cleaned_data["phone"])


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    form = OrganisationAdminForm
    list_display = ["display_name", "kind", "siret", "post_code", "city", "is_listed"]
    list_filter = ["kind", "is_listed", "clubs", "point_source"]
    search_fields = ["search_text"]
    autocomplete_fields = ["commune", "sectors", "networks", "labels", "clubs"]
    readonly_fields = ["edited_fields", "point_source", "created_at", "updated_at"]
    inlines = [TeamInline]
    show_full_result_count = False

    @admin.display(description=_("name"), ordering="sort_name")
    def display_name(self, organisation):
        return organisation.display_name

    def get_search_results(self, request, queryset, search_term):
        return queryset.matching(search_term), False


@admin.register(Sector)
class SectorAdmin(admin.ModelAdmin):
    list_display = ["name", "group"]
    list_filter = ["group"]
    list_select_related = ["group"]
    search_fields = ["name"]


@admin.register(Territory)
class TerritoryAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "kind", "region"]
    list_filter = ["kind"]
    list_select_related = ["region"]
    search_fields = ["name", "code"]


@admin.register(Label, SectorGroup)
class NamedAdmin(admin.ModelAdmin):
    search_fields = ["name"]


@admin.register(Commune)
class CommuneAdmin(admin.ModelAdmin):
    """The official list, for looking up only."""

    list_display = ["name", "insee_code", "department"]
    list_select_related = ["department"]
    search_fields = ["folded_name", "insee_code"]
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
