from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clubsite.letters import letters_visible_to
from core import letters
from core.enums import LetterStatus
from core.guards import require
from core.pages import act, page_of
from members.rights import rights_of


def letter_list(request: HttpRequest) -> HttpResponse:
    require(rights_of(request.user).is_coordinator)
    found = letters_visible_to(request.user).defer("text", "html")
    status = request.GET.get("status", "")
    if status in LetterStatus.values:
        found = found.filter(status=status)
    text = request.GET.get("q", "").strip()
    if text:
        found = found.filter(to_email__icontains=text) | found.filter(subject__icontains=text)
    context = {"page": page_of(request, found, 50), "status": status, "statuses": LetterStatus.choices, "text": text}
    return render(request, "clubsite/letter_list.html", context)


def letter_page(request: HttpRequest, pk: int) -> HttpResponse:
    require(rights_of(request.user).is_coordinator)
    letter = get_object_or_404(letters_visible_to(request.user).prefetch_related("attachments"), pk=pk)
    return render(request, "clubsite/letter_page.html", {"letter": letter})


@require_POST
def retry_letter(request: HttpRequest, pk: int) -> HttpResponse:
    require(rights_of(request.user).is_coordinator)
    letter = get_object_or_404(letters_visible_to(request.user), pk=pk)
    return act(request, letters.retry_letter, letter, done=_("The letter is on its way again."), to="letter_list")
