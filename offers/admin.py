"""For repair only: what is done with an offer day by day has its own pages, where rules and history are kept."""

from django.contrib import admin

from offers.models import Offer, Picture


class PictureInline(admin.TabularInline):
    model = Picture
    extra = 0


@admin.register(Offer)
class OfferAdmin(admin.ModelAdmin):
    list_display = ["title", "organisation", "provision", "status", "published_at", "is_demo"]
    list_filter = ["status", "provision", "range", "is_demo"]
    list_select_related = ["organisation"]
    search_fields = ["title", "organisation__name", "organisation__trade_name", "organisation__siret"]
    autocomplete_fields = ["organisation"]
    filter_horizontal = ["sectors", "territories", "labels"]
    readonly_fields = ["status", "published_at", "withdrawal_reason", "created_at", "updated_at"]
    inlines = [PictureInline]

    def save_related(self, request, form, formsets, change):
        """What is searched follows what is shown, as in the actions."""
        super().save_related(request, form, formsets, change)
        offer = form.instance
        Offer.objects.filter(pk=offer.pk).update(search_text=offer.searchable_text())
