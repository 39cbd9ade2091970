"""*May I do it*: a view asks its `can_…` function here and answers 403 with a sentence."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _


def require(allowed: bool, sentence=None) -> None:
    """Raise PermissionDenied with a sentence for the 403 page unless `allowed`."""
    if not allowed:
        raise PermissionDenied(str(sentence or _("Your role does not allow this.")))
