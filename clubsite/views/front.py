from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clubsite.front import front_of
from members.clubs import current_club


@login_not_required
def front_page(request: HttpRequest) -> HttpResponse:
    """One screen: what the club is, what is next, who is in it, what came of it."""
    now = timezone.now()
    return render(request, "clubsite/front_page.html", {"front": front_of(current_club(request), request.user, now)})
