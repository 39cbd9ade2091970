"""What is asked about a membership in its course."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from memberships.forms.fields import DayInput
from memberships.models import Term


class EndForm(forms.Form):
    ends_on = forms.DateField(label=_("Last day of membership"), widget=DayInput())
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=250, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, term: Term, needs_reason: bool, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["ends_on"].initial = term.ends_on or today
        if needs_reason:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _("The organisation reads it in its letter.")
        else:
            self.fields["ends_on"].widget.attrs["min"] = today.isoformat()
            self.fields["reason"].help_text = _("The club’s coordination reads it. It helps the club to do better.")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=250, widget=forms.Textarea(attrs={"rows": 3}))
