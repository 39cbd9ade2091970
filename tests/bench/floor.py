"""The floor: an empty page, and nothing of Django that an empty page can do without."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.bench.asking import HOST


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("", empty)]
settings.configure(ALLOWED_HOSTS=[HOST], ROOT_URLCONF=__name__, SECRET_KEY="-", DEBUG=False)
application = get_wsgi_application()
