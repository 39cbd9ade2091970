"""What our quick tags write is what the slow templates write: crispy's field, Django's inputs, `components/confirm.html`."""

import re
from pathlib import Path

import crispy_bootstrap5
import pytest
from django import forms
from django.template import Context, engines
from django.template.loader import get_template

from core.templatetags.kit import confirm_button, dressed

CRISPY = Path(crispy_bootstrap5.__file__).parent / "templates/bootstrap5/field.html"
CHOICES = [("1", "Un"), ("2", "Deux")]
WIDGET_NAMES = re.compile(
    r"\b(textinput|emailinput|numberinput|checkboxinput|select|splitdatetimewidget|dateinput|timeinput|textarea)\b"
)


class Every(forms.Form):
    text = forms.CharField(label="Nom", help_text="Votre nom")
    email = forms.EmailField(widget=forms.EmailInput(attrs={"class": "wide", "autocomplete": "email"}))
    number = forms.IntegerField(min_value=1, required=False)
    agreed = forms.BooleanField(help_text="Oui ?")
    choice = forms.ChoiceField(choices=CHOICES)
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, help_text="Une seule")
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple, required=False)
    file = forms.FileField(required=False)
    moment = forms.SplitDateTimeField(required=False)
    long = forms.CharField(widget=forms.Textarea, required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def tokens(html: str) -> list[str]:
    """Tags with their attributes in any order, and words; the names of widgets that crispy adds as classes left out."""
    html = WIDGET_NAMES.sub("", html)
    found = []
    for part in re.findall(r"<[^>]+>|[^<]+", html):
        attributes = re.findall(r'[\w-]+(?:="[^"]*")?', part)
        found.append(
            " ".join(sorted(re.sub(r"\s+", " ", one).replace('" ', '"').replace(' "', '"') for one in attributes))
        )
    return [one for one in found if one]


@pytest.mark.parametrize("name", Every.base_fields)
@pytest.mark.parametrize("data", [None, {}, {"text": "<b>", "email": "x", "number": "0", "choice": "3", "radio": "2"}])
def test_field_is_written_as_crispy_writes_it(name, data):
    theirs, ours = engines["django"].from_string(CRISPY.read_text()), get_template("bootstrap5/field.html")
    context = lambda: {  # noqa: E731 - a form is changed by being drawn
        "field": Every(data)[name], "form_show_errors": True, "form_show_labels": True, "label_class": "",
        "field_class": "", "wrapper_class": "",
    }  # fmt: skip
    assert tokens(ours.render(context())) == tokens(theirs.render(context()))


def test_typed_value_is_escaped():
    assert "&lt;b&gt;" in dressed(Every({"text": "<b>"})["text"])


def test_confirm_button_is_written_as_the_component_writes_it():
    options = {
        "label": "Annuler",
        "question": "Annuler <la place> ?",
        "text": "Texte",
        "confirm": "Oui",
        "style": "btn",
    }
    action, token = "/events/places/3/cancel/", "T" * 64
    component = get_template("components/confirm.html").template
    theirs = component.render(Context({**options, "action": action, "csrf_token": token}))
    assert tokens(confirm_button({"csrf_token": token}, action, **options)) == tokens(theirs)
