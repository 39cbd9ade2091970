"""Form fields that bring what people type into the form that is stored."""

import re
from itertools import groupby

from django import forms
from django.forms.models import ModelChoiceIterator

from core.templatetags.kit import phone
from members.codes import clean_naf, clean_phone, clean_post_code, clean_siret
from members.mail_domains import clean_domain
from members.models import Sector

_E164 = re.compile(r"^\+\d{8,15}$")


class CodeField(forms.CharField):
    """A text that a function of `members.codes` cleans; what was typed is kept when it is refused."""

    clean_code = staticmethod(str)

    def clean(self, value):
        text = super().clean(value)
        return self.clean_code(text) if text else text


class SiretField(CodeField):
    clean_code = staticmethod(clean_siret)


class PhoneField(CodeField):
    """Stored as E.164, shown as it is read."""

    clean_code = staticmethod(clean_phone)

    def prepare_value(self, value):
        return phone(value).replace("\u00a0", " ") if value and _E164.match(value) else value


class NafField(CodeField):
    clean_code = staticmethod(clean_naf)


class PostCodeField(CodeField):
    clean_code = staticmethod(clean_post_code)


class MailDomainField(CodeField):
    clean_code = staticmethod(clean_domain)


class WebsiteField(forms.URLField):
    """An address on the web; one without https:// is taken as such."""

    def __init__(self, **kwargs):
        super().__init__(**{"assume_scheme": "https", **kwargs})


class _ByGroup(ModelChoiceIterator):
    """Sectors under the names of their groups (one query)."""

    def __iter__(self):
        for group, sectors in groupby(self.queryset, key=lambda sector: sector.group.name):
            yield group, [self.choice(sector) for sector in sectors]


class SectorsField(forms.ModelMultipleChoiceField):
    """Sectors as tick boxes under the names of their groups; shown by the partial `members/_sector_choice.html`."""

    iterator = _ByGroup
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(Sector.objects.for_list(), **kwargs)


PHONE_WIDGET = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
