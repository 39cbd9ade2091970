from datetime import timedelta

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# How long an account is kept (announced on the privacy page).
UNCONFIRMED_FOR = timedelta(days=30)
IDLE_FOR = timedelta(days=3 * 365)
WARNED_BEFORE = timedelta(days=30)


class PersonQuerySet(models.QuerySet):
    def with_account(self):
        """People who can sign in: neither erased nor closed."""
        return self.filter(is_active=True, erased_at__isnull=True)

    def never_confirmed(self, now):
        """Accounts made by sign-up whose address nobody confirmed in 30 days."""
        return (
            self.with_account()
            .filter(date_joined__lt=now - UNCONFIRMED_FOR, last_login__isnull=True, is_staff=False)
            .filter(emailaddress__verified=False)
            .exclude(emailaddress__verified=True)
            .distinct()
        )

    def idle(self, now):
        """Accounts nobody signed in to for three years (administrators apart)."""
        return (
            self.with_account()
            .filter(is_staff=False)
            .alias(last_seen=Coalesce("last_login", "date_joined"))
            .filter(last_seen__lt=now - IDLE_FOR)
        )

    def to_warn_of_erasure(self, now):
        """Accounts that will have been idle for three years in 30 days and whose owner does not know yet."""
        unwarned = Q(warned_at__isnull=True) | Q(warned_at__lt=F("last_seen"))
        return self.idle(now + WARNED_BEFORE).filter(unwarned)

    def to_erase(self, now):
        """Accounts idle for three years whose owner was warned at least 30 days ago."""
        return self.idle(now).filter(warned_at__lte=now - WARNED_BEFORE, warned_at__gte=F("last_seen"))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields):
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str):
        return self.get(email__iexact=username)


class Person(AbstractUser):
    """A person with an account. Acts for one organisation at a time (`acting_for`), may hold roles in several."""

    username = None  # the e-mail address is the login
    email = models.EmailField(
        _("e-mail"), unique=True, error_messages={"unique": _("There is already an account with this e-mail.")}
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    language = models.CharField(
        _("language"), max_length=8, default="fr", choices=[("fr", _("French")), ("en", _("English"))]
    )
    acting_for = models.ForeignKey(
        "members.Organisation", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("acting for"),
    )  # fmt: skip
    consented_at = models.DateTimeField(_("privacy notice accepted"), null=True, blank=True, editable=False)
    warned_at = models.DateTimeField(_("warned of erasure"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="members_person_email_once",
                violation_error_message=_("There is already an account with this e-mail."),
            )
        ]  # fmt: skip

    def __str__(self):
        if self.erased_at:
            return gettext("Erased account")
        return self.get_full_name() or self.email

    def save(self, *args, **kwargs):
        self.email = self.email.lower()
        super().save(*args, **kwargs)
