"""Signing up, confirming, a forgotten password: allauth's pages with our forms and our letters."""

import re

import pytest
from django.core import mail
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from core.enums import LetterStatus
from core.models import Letter
from members.adapter import AccountAdapter
from members.letters.accounts import WORDS
from members.models import Person
from tests.factories import PASSWORD, ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of
from tests.members.factories import invitation, signed_in

pytestmark = pytest.mark.django_db(transaction=True)  # letters leave after the commit

NEWCOMER = {
    "first_name": "Claire", "last_name": "Martin", "email": "Claire.Martin@example.org", "phone": "01 40 00 00 00",
    "password1": PASSWORD, "consent": "on",
}  # fmt: skip


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), {**NEWCOMER, **changes})


def link_in(letter) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", letter.body).group(1)


def test_signup_asks_little_and_stores_language_and_consent(client):
    client.cookies["django_language"] = "en"
    assert sign_up(client).url == reverse("account_email_verification_sent")
    person = Person.objects.get()
    assert (person.email, str(person), person.phone) == ("claire.martin@example.org", "Claire Martin", "+33140000000")
    assert person.language == "en"
    assert person.consented_at is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"consent": ""}, "consent"), ({"first_name": ""}, "first_name"), ({"phone": "call me"}, "phone"),
     ({"password1": "927364519283"}, "password1"), ({"password1": "short"}, "password1"), ({"email": "claire"}, "email")],
)  # fmt: skip
def test_signup_with_bad_input_says_so_at_the_field_and_keeps_what_was_typed(client, changes, field):
    response = sign_up(client, **changes)
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["last_name"].value() == "Martin"
    assert not Person.objects.exists()


def test_signup_is_confirmed_by_the_link_of_a_letter_and_leads_to_the_first_steps(client):
    sign_up(client)
    letter = mail.outbox[0]
    assert letter.to == ["claire.martin@example.org"]
    assert letter.alternatives  # HTML too
    page = client.get(link_in(letter))
    assert page.status_code == 200
    assert not Person.objects.get().emailaddress_set.get().verified  # a scanner that opens links confirms nothing
    response = client.post(link_in(letter), follow=True)
    assert Person.objects.get().emailaddress_set.get().verified
    assert response.request["PATH_INFO"] == reverse("members:onboarding_page")


def test_signup_confirmation_letter_is_secret_and_wiped_once_sent(client):
    sign_up(client)
    letter = Letter.objects.get()
    assert letter.is_secret and letter.status == LetterStatus.SENT
    assert letter.text == "" and letter.html == ""
    assert not letter.subjects.exists()  # about no club: no coordinator sees it


def test_signup_letter_survives_a_dead_mail_server(client):
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
    ):
        assert sign_up(client).status_code == 302
    letter = Letter.objects.get()
    assert letter.status == LetterStatus.QUEUED and letter.error and letter.text


def test_signup_with_an_address_in_use_makes_no_account_and_tells_its_owner_by_letter(client):
    owner = PersonFactory(email="claire.martin@example.org")
    response = sign_up(client)
    assert response.url == reverse("account_email_verification_sent")  # the same answer as for a new address
    assert Person.objects.get() == owner
    letter = Letter.objects.get()
    assert (letter.code, letter.to_email, letter.person) == (
        "members.account.account_already_exists",
        owner.email,
        owner,
    )


@pytest.mark.parametrize("link", ["/accounts/confirm-email/MQ:1abcde:unknown/", "/accounts/confirm-email/expired/"])
def test_confirmation_link_that_is_unknown_or_expired_says_so(client, link):
    page = client.get(link)
    assert page.status_code == 200
    assert page.context["confirmation"] is None
    assert reverse("account_email") in page.content.decode()  # how to get another one
    assert client.post(link).status_code == 404


def test_confirmation_link_used_twice_changes_nothing(client):
    sign_up(client)
    link = link_in(mail.outbox[0])
    client.post(link)
    client.post(reverse("account_logout"))
    assert client.get(link).status_code == 200
    assert Person.objects.get().emailaddress_set.count() == 1


def test_password_is_reset_by_the_link_of_a_secret_letter(client):
    person = PersonFactory()
    client.post(reverse("account_reset_password"), {"email": person.email})
    assert Letter.objects.get().is_secret
    form_page = client.get(link_in(mail.outbox[0]), follow=True)
    new = "an entirely different sentence"
    client.post(form_page.request["PATH_INFO"], {"password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(new)
    assert Letter.objects.filter(code="members.account.password_reset").count() == 1
    again = client.get(link_in(mail.outbox[0]), follow=True)
    assert again.status_code == 200 and again.context["token_fail"]


def test_password_reset_for_an_unknown_address_gives_the_same_page_and_another_letter(client):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert response.url == reverse("account_reset_password_done")
    assert Letter.objects.get().code == "members.account.unknown_account"


def test_address_changed_on_the_profile_counts_once_confirmed(client):
    person = PersonFactory(email="old@example.org")
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    person.refresh_from_db()
    assert person.email == "old@example.org"
    client.post(link_in(mail.outbox[0]))
    client.post(reverse("account_email"), {"action_primary": "", "email": "new@example.org"})
    person.refresh_from_db()
    assert person.email == "new@example.org"
    assert Letter.objects.get(code="members.account.email_changed").to_email == "old@example.org"


def test_address_of_somebody_else_is_not_taken_over(client):
    owner, person = PersonFactory(), PersonFactory()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("account_email"), {"action_add": "", "email": owner.email})
    client.post(link_in(mail.outbox[0])) if mail.outbox else None
    owner.refresh_from_db()
    person.refresh_from_db()
    assert owner.emailaddress_set.get().email == owner.email
    assert person.email != owner.email


def test_signing_in_too_often_with_a_wrong_password_is_stopped(client):
    person = PersonFactory()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": person.email, "password": "wrong"})
    response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert response.status_code == 200 and not response.wsgi_request.user.is_authenticated


def test_signing_in_leads_to_the_desk_once_one_belongs_somewhere(client):
    for person in (member_of(OrganisationFactory()), coordinator_of(ClubFactory())):
        response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        assert response.url == reverse("desk")
        client.post(reverse("account_logout"))


def test_invited_newcomer_signs_up_without_confirming_again_and_accepts(client):
    organisation = OrganisationFactory()
    invitation(organisation, "claire.martin@example.org", "a-token")
    page = reverse("members:invitation_page", args=["a-token"])
    to_signup = client.post(page)
    assert to_signup.url == f"{reverse('account_signup')}?next={page}"
    response = client.post(to_signup.url, {**NEWCOMER, "next": page}, follow=True)
    assert response.request["PATH_INFO"] == page
    assert Person.objects.get().emailaddress_set.get().verified
    accept = reverse("members:accept_invitation", args=[response.context["invitation"].pk])
    client.post(accept)
    assert Person.objects.get().roles.get().organisation == organisation


def test_invitation_does_not_confirm_another_address_than_its_own(client):
    invitation(OrganisationFactory(), "somebody@example.org", "a-token")
    client.post(reverse("members:invitation_page", args=["a-token"]))
    sign_up(client)
    assert not Person.objects.get().emailaddress_set.get().verified


@pytest.mark.parametrize("prefix", sorted(WORDS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_account_letter_is_written_in_the_readers_language(rf, prefix, language):
    person = PersonFactory(language=language)
    context = {
        "user": person, "activate_url": "https://evil.example/accounts/confirm-email/k/", "ip": "127.0.0.1",
        "password_reset_url": "https://evil.example/accounts/password/reset/key/k/", "timestamp": timezone.now(),
        "user_agent": "Firefox", "to_email": "new@example.org", "deleted_email": "old@example.org",
    }  # fmt: skip
    AccountAdapter(rf.get("/")).send_mail(prefix, person.email, context)
    letter = mail.outbox[0]
    assert "evil.example" not in letter.body
    assert ("vous" in letter.body or "votre" in letter.body) == (language == "fr")


@override_settings(REQUIRE_SECOND_FACTOR=True)
def test_second_factor_is_asked_of_those_who_see_other_peoples_data(client):
    member, coordinator = member_of(OrganisationFactory()), coordinator_of(ClubFactory())
    profile = reverse("members:profile_page")
    assert signed_in(client, member).get(profile).status_code == 200
    assert signed_in(client, coordinator).get(profile).url == reverse("mfa_activate_totp")
    assert client.get(reverse("account_change_password")).status_code == 200
    coordinator.authenticator_set.create(type="totp", data={})
    assert client.get(profile).status_code == 200


def test_admin_sign_in_goes_through_the_accounts_own(client):
    response = client.get(reverse("admin:login"))
    assert response.status_code == 302 and response.url.startswith(reverse("account_login"))
