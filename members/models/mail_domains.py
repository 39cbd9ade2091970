from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.mail_domains import readable
from members.models.organisations import Organisation, TeamQuerySet


class MailDomainQuerySet(TeamQuerySet):
    def for_list(self):
        return self.select_related("organisation", "added_by").order_by("domain")


class MailDomain(models.Model):
    """Whoever has confirmed an address at this domain may join the organisation without being asked: who agreed, and when.

    One domain may serve several organisations of a group. Withdrawing deletes the row; those who joined stay.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="mail_domains", verbose_name=_("organisation")
    )
    domain = models.CharField(_("mail domain"), max_length=253, db_index=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("agreed by")
    )
    added_at = models.DateTimeField(_("agreed"))

    objects = MailDomainQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "domain"], name="members_mail_domain_once",
                violation_error_message=_("People of this domain may join by themselves already."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"@{readable(self.domain)}"


class KeptOut(models.Model):
    """A manager took this person off the team or refused to let them in: their mail domain no longer opens the door.

    Forgotten as soon as a manager lets the person in again.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="kept_out", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_out", verbose_name=_("person")
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("person kept out")
        verbose_name_plural = _("people kept out")
        constraints = [models.UniqueConstraint(fields=["organisation", "person"], name="members_kept_out_once")]

    def __str__(self):
        return f"{self.person}, {self.organisation}"
