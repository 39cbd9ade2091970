"""A browser for the tests of the pages."""

from django.urls import reverse

from members.models import Person


class Visitor:
    """Opens a page as somebody: `visit(person, "basket", data={…})`; `post=True` presses the button."""

    def __init__(self, client):
        self.client = client

    def __call__(self, person, name, *args, data=None, query="", post=False, **options):
        self.client.force_login(Person.objects.get(pk=person.pk))  # afresh: rights are kept on the object
        address = reverse(f"billing:{name}", args=args) + query
        ask = self.client.post if post else self.client.get
        return ask(address, data or {}, **options)


def text_of(response) -> str:
    return response.content.decode()


def errors_of(response, name: str = "form") -> dict:
    return response.context[name].errors
