"""What the frame around every page asks for, and only when it shows it."""

from django import template

from members.acting import own_organisations
from members.models import Organisation

register = template.Library()


@register.simple_tag(takes_context=True)
def my_organisations(context) -> list[Organisation]:
    """The organisations the signed-in person belongs to, for the account menu."""
    return own_organisations(context["request"].user)
