"""Numbers and codes as people write them, brought into the one form that is stored."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siret as siret_rules

_SEPARATORS = re.compile(r"[\s.\-_/\u2010-\u2015]+")
_SPREADSHEET_NUMBER = re.compile(r"^\d[.,]?\d*E\+?\d+$", re.IGNORECASE)
_FRENCH_REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT", "PM")
_NAF = re.compile(r"^\d{4}[A-Z]$")


def clean_siret(text: str) -> str:
    """The 14 digits of a SIRET, without the spaces, dots or apostrophe it was written with.

    Raises ValidationError that says what is wrong. Rule: the Luhn key of the SIREN and of the SIRET; for La Poste's
    establishments the sum of the digits is a multiple of five (INSEE).
    """
    number = text.strip().lstrip("'’").strip()
    if _SPREADSHEET_NUMBER.match(number):
        raise ValidationError(
            _("A spreadsheet has shortened this SIRET: format its column as text and copy the 14 digits again."),
            code="shortened",
        )
    number = _SEPARATORS.sub("", number)
    if not (number.isascii() and number.isdigit()) or len(number) != 14:
        raise ValidationError(_("A SIRET has 14 digits."), code="length")
    try:
        return siret_rules.validate(number)
    except InvalidChecksum as error:
        raise ValidationError(
            _("This SIRET does not exist: one of its digits is wrong (its control key does not match)."), code="key"
        ) from error
    except NumberError as error:
        raise ValidationError(_("A SIRET has 14 digits."), code="length") from error


def clean_phone(text: str) -> str:
    """A phone number in E.164 (+33123456789); without country code it is French, overseas departments included
    (0262… is Réunion's +262 262…). Empty stays empty.

    Raises ValidationError for what is no number.
    """
    import phonenumbers  # noqa: PLC0415 - a heavy module, only where a number comes

    if not text.strip():
        return ""
    for region in _FRENCH_REGIONS:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise ValidationError(_("This is no phone number: write it like 01 23 45 67 89."), code="phone")


def clean_naf(text: str) -> str:
    """A NAF code without its dot, in upper case (38.11z → 3811Z). Empty stays empty.

    Raises ValidationError for what is no code.
    """
    code = _SEPARATORS.sub("", text).upper()
    if code and not _NAF.match(code):
        raise ValidationError(_("A NAF code is written like 3811Z."), code="naf")
    return code


def clean_post_code(text: str) -> str:
    """A French post code of five digits; a lost leading zero comes back (1500 → 01500). Empty stays empty.

    Raises ValidationError for what is no post code.
    """
    code = _SEPARATORS.sub("", text.strip().lstrip("'’"))
    if code.isascii() and code.isdigit() and len(code) == 4:
        code = f"0{code}"
    if code and not (code.isascii() and code.isdigit() and len(code) == 5):
        raise ValidationError(_("A post code has five digits."), code="post_code")
    return code
