"""The living page: every component of `templates/components/` with invented samples (development and demo only)."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.enums import LetterStatus
from core.models import HistoryEntry, Letter


class SampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), help_text=gettext_lazy("Answers arrive here."))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", "—"), ("a", gettext_lazy("Company")), ("b", gettext_lazy("Structure"))],
    )
    places = forms.IntegerField(label=gettext_lazy("Places"), min_value=1, required=False)
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    aims = forms.MultipleChoiceField(
        label=gettext_lazy("Aims"), choices=[("buy", gettext_lazy("Buy")), ("hire", gettext_lazy("Hire"))],
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    message = forms.CharField(label=gettext_lazy("Message"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    file = forms.FileField(label=gettext_lazy("File"), required=False)
    agrees = forms.BooleanField(label=gettext_lazy("My name may stand on the attendee list"), required=True)


class SampleFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[("", gettext_lazy("All"))], required=False)
    month = forms.ChoiceField(label=gettext_lazy("When"), choices=[("", gettext_lazy("Any time"))], required=False)


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("The registration is confirmed."))
    messages.error(request, _("The event is full."))
    return render(request, "clubsite/components.html", sample_context(timezone.now()))


def sample_context(now: datetime) -> dict:
    return {
        "now": now,
        "crumbs": [(_("Events"), "#"), ("Open Map", "#")],
        "tabs": [(_("Programme"), "#programme", True), (_("Registrations"), "#registrations", False, 42), (_("Letters"), "#", False, 0)],
        "steps": [(_("Organisation"), "#"), (_("Plan"), "#"), (_("Payment"), ""), (_("Confirmation"), "")],
        "facts": [(_("Kind"), "ACI"), ("SIRET", "807\u00a0469\u00a0317\u00a000018"), (_("Town"), "Nanterre"), (_("Website"), "")],
        "files": [(_("Attendance sheet"), "#", "PDF, 120\u00a0Ko"), (_("Attendee list"), "#")],
        "statuses": list(LetterStatus),
        "page": Paginator(range(100), 10).page(4),
        "board": [(_("To start"), "neutral", ["Ecofrip", "Atelier 92"]), (_("In progress"), "info", ["Val Services"]), (_("Signed"), "good", [])],
        "entries": [
            HistoryEntry(happened_at=now, message="“%(name)s” was published.", values={"name": "Open Map"}),
            HistoryEntry(happened_at=now - timedelta(days=2), message="The event was created.", values={}),
        ],
        "letters": [
            Letter(to_email="claire@example.org", subject=_("Your registration"), status=LetterStatus.SENT, created_at=now),
            Letter(to_email="x@example.org", subject=_("Your registration"), status=LetterStatus.FAILED, created_at=now, error="550"),
        ],
        "form": SampleForm(data={"email": "claire"}),
        "filter_form": SampleFilter(auto_id="filter_%s"),
    }  # fmt: skip
