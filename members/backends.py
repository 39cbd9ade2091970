"""Who is signed in: allauth's backend, reading the account by a question whose SQL is written once (`core.prepared`)."""

from allauth.account.auth_backends import AuthenticationBackend

from core.prepared import prepared
from members.models import Person


@prepared
def account(pk: int):
    return Person.objects.filter(pk=pk)


class AccountBackend(AuthenticationBackend):
    def get_user(self, user_id):
        person = account.first(int(user_id))
        return person if person is not None and self.user_can_authenticate(person) else None
