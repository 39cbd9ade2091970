from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def front_page(request: HttpRequest) -> HttpResponse:
    return render(request, "clubsite/front_page.html")


def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "clubsite/desk.html")


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """The living page: every component with its options (development and demo only)."""
    return render(request, "clubsite/components.html")
