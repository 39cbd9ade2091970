"""The letters about a person's own account."""

from datetime import datetime

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to


def erasure_announced(person, erased_from: datetime) -> None:
    """To somebody who has not signed in for nearly three years."""
    with writing_to(Recipient.of(person)):
        day = formats.date_format(timezone.localtime(erased_from), "DATE_FORMAT")
        queue_letter(
            "members.person.erasure_announced",
            to=Recipient.of(person),
            subject=_("Your account will be erased"),
            paragraphs=[
                _("You have not signed in for nearly three years. As announced on our privacy page, your account and "
                  "your personal data will be erased from %(date)s on.") % {"date": day},
                _("To keep your account, signing in once is enough."),
            ],
            button=(_("Sign in and keep my account"), link_to(reverse("account_login"))),
            about=[person],
        )  # fmt: skip
