from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Club, Sector, Territory
from observatory.statistics import years_known


class ScopeForm(forms.Form):
    """What the figures speak of. With one club the club is not asked."""

    club = forms.ModelChoiceField(
        Club.objects.none(), to_field_name="slug", required=False, label=_("Club"), empty_label=_("All clubs")
    )
    year = forms.ChoiceField(required=False, label=_("Year"))
    sector = forms.ModelChoiceField(
        Sector.objects.none(), required=False, label=_("Sector"), empty_label=_("All sectors")
    )
    territory = forms.ModelChoiceField(
        Territory.objects.none(), required=False, label=_("Territory"), empty_label=_("Everywhere")
    )

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("All years")), *[(str(year), str(year)) for year in years_known(now)]]
        self.fields["sector"].queryset = Sector.objects.filter(organisations__isnull=False).distinct().for_list()
        departments = Territory.objects.filter(communes__organisations__isnull=False).distinct()
        self.fields["territory"].queryset = departments.order_by("kind", "code")
        clubs = Club.objects.order_by("name")
        if clubs.count() > 1:
            self.fields["club"].queryset = clubs
        else:
            del self.fields["club"]
