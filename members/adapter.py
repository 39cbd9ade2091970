from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from members.letters.accounts import account_letter
from members.rights import rights_of


class AccountAdapter(DefaultAccountAdapter):
    """allauth's way into the club's own manner: its letters are rows of ours, its new accounts know their language."""

    def send_mail(self, template_prefix, email, context):
        """Queue a letter instead of sending: it is kept, sent after the commit and tried again."""
        with transaction.atomic():
            account_letter(template_prefix, email, context)

    def save_user(self, request, user, form, commit=True):
        """Add what our form asks, the language of the page, and when the privacy notice was accepted."""
        user.phone = form.cleaned_data.get("phone", "")
        user.language = translation.get_language() or "fr"
        user.consented_at = timezone.now()
        return super().save_user(request, user, form, commit)

    def unstash_verified_email(self, request):
        """An invitation's link proves its own address (see `is_email_verified`); it adds none to another account."""
        return None

    def get_signup_redirect_url(self, request):
        return reverse("members:onboarding_page")

    def get_login_redirect_url(self, request):
        """Somebody who belongs nowhere yet is first asked for whom they act."""
        rights = rights_of(request.user)
        if rights.organisation_ids or rights.is_reader:
            return super().get_login_redirect_url(request)
        return reverse("members:onboarding_page")
