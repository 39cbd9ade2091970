"""The tags and filters every template may use without loading them."""

from decimal import Decimal
from functools import lru_cache

from django import forms, template
from django.forms.utils import flatatt
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext
from lucide import _render_icon

register = template.Library()
NARROW_SPACE, NO_BREAK_SPACE = "\u202f", "\u00a0"


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """An inline Lucide icon, hidden from screen readers: the words beside it say what it means."""
    return mark_safe(_icon(name, size))  # noqa: S308 - made by the icon library from our own literal names


@lru_cache(maxsize=512)  # a page has dozens of them, and they are always the same
def _icon(name: str, size: int) -> str:
    return _render_icon(name, size, **{"class": "icon", "aria-hidden": "true", "focusable": "false"})


@register.simple_tag
def badge(status) -> SafeString:
    """A state in a word, as `components/badge.html` writes it: for long lists, where an include for each row is dear."""
    return format_html('<span class="badge-tone tone-{}">{}</span>', status.tone, status.label)


CONFIRM = (
    '<button type="button" class="{style}" popovertarget="{dialog}" data-dialog="{dialog}">{label}</button>'
    '<dialog class="dialog" popover id="{dialog}" aria-labelledby="{dialog}-title">'
    '<form method="post" action="{action}"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
    '<h2 class="dialog-title" id="{dialog}-title">{question}</h2><p>{text}</p>'
    '<div class="actions"><button class="btn btn-danger">{confirm}</button>'
    '<button type="button" class="btn btn-ghost" autofocus popovertarget="{dialog}" popovertargetaction="hide"'
    " data-dialog-close>{back}</button></div></form></dialog>"
)


@register.simple_tag(takes_context=True)
def confirm_button(
    context, action: str, *, label: str, question: str, text: str, confirm: str, style: str
) -> SafeString:
    """A button that asks before it posts, as `components/confirm.html` writes it: for long lists, as `badge`."""
    return format_html(
        CONFIRM, style=style, dialog=slugify(f"confirm-{action}"), action=action, token=str(context["csrf_token"]),
        label=label, question=question, text=text, confirm=confirm, back=gettext("Go back"),
    )  # fmt: skip


# Which of a field's shapes `bootstrap5/field.html` draws, in the order in which widgets are told apart; and its class.
FIELD_KINDS = {
    forms.CheckboxInput: "check", forms.RadioSelect: "choices", forms.FileInput: "file", forms.Select: "select",
}  # fmt: skip
PLAIN_INPUTS = {f"django/forms/widgets/{kind}.html" for kind in ("text", "email", "number", "tel", "url")}
FIELD_CLASSES = {"check": "form-check-input", "select": "form-select"}


@register.filter
def field_kind(field) -> str:
    """check, choices (radio buttons or boxes), file, select, or "control" for all that is typed."""
    return next((kind for widget, kind in FIELD_KINDS.items() if isinstance(field.field.widget, widget)), "control")


@register.filter
def dressed(field) -> SafeString:
    """The field's own element with Bootstrap's classes."""
    classes = [field.field.widget.attrs.get("class", ""), FIELD_CLASSES.get(field_kind(field), "form-control")]
    if field.errors:
        classes.append("is-invalid")
    attrs = {"class": " ".join(filter(None, classes))}
    if type(field.field.widget).render is forms.Widget.render and field.field.widget.template_name in PLAIN_INPUTS:
        return _input(field, attrs)
    return field.as_widget(attrs=attrs)


def _input(field, attrs: dict) -> SafeString:
    """As `django/forms/widgets/input.html` writes it: most fields are one, and a template for each is dear."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({**attrs, "id": field.auto_id} if field.auto_id else attrs, widget)
    drawn = widget.get_context(field.html_name, field.value(), attrs)["widget"]
    value = "" if drawn["value"] is None else format_html(' value="{}"', drawn["value"])
    return format_html('<input type="{}" name="{}"{}{}>', drawn["type"], drawn["name"], value, flatatt(drawn["attrs"]))


@register.filter
def euros(amount: Decimal | int | None) -> str:
    """An amount in euros: 1 234,50 € (cents only when there are some)."""
    if amount is None:
        return ""
    decimals = 0 if amount == int(amount) else 2
    return f"{formats.number_format(amount, decimals, use_l10n=True, force_grouping=True)}{NO_BREAK_SPACE}€"


@register.filter
def number(value) -> str:
    """A whole number with the language's own thousands separator."""
    return "" if value is None else formats.number_format(value, 0, use_l10n=True, force_grouping=True)


@register.filter
def percent(share: float | None) -> str:
    """A share from 0 to 1 as a percentage; a dash where there is none."""
    return "–" if share is None else f"{number(round(share * 100))}{NO_BREAK_SPACE}%"


@register.filter
def points(share: float | None) -> str:
    """A difference of shares, from −100 to +100."""
    return "–" if share is None else f"{round(share * 100):+d}".replace("-", "\u2212")


@register.filter
def phone(value: str) -> str:
    """An E.164 number as it is read: national for France, international else."""
    import phonenumbers  # noqa: PLC0415 - a heavy module, only where a phone number is shown

    if not value:
        return ""
    try:
        parsed = phonenumbers.parse(value, "FR")
    except phonenumbers.NumberParseException:
        return value
    national = phonenumbers.PhoneNumberFormat.NATIONAL
    form = national if parsed.country_code == 33 else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form).replace(" ", NO_BREAK_SPACE)


@register.simple_tag(takes_context=True)
def query(context, **changes) -> str:
    """The current query string with some values changed (None drops one); a change of filter goes to page 1."""
    values = context["request"].GET.copy()
    if "page" not in changes:
        values.pop("page", None)
    for name, value in changes.items():
        values.pop(name, None) if value is None else values.__setitem__(name, str(value))
    return f"?{values.urlencode()}"
