"""Documents of an event: the coordinators' page, and the files themselves."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt, page_of
from events import actions, permissions
from events.forms import AddDocumentsForm, DocumentForm
from events.models import Document
from events.views.files import hand_out
from events.views.finding import find_event, find_own

COORDINATORS = gettext_lazy("Only the club’s coordinators can do this.")


def document_list(request: HttpRequest, slug: str) -> HttpResponse:
    """All documents of an event, for its coordinators, with a form for more."""
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    form = AddDocumentsForm(request.POST or None, request.FILES or None, event=event)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, actions.add_documents, event, by=request.user, **form.cleaned_data)
        if made:
            done = ngettext("The document has been added.", "%(count)s documents have been added.", len(made))
            messages.success(request, done % {"count": len(made)})
            return redirect("events:document_list", event.slug)
    context = {
        "event": event, "form": form, "page": page_of(request, event.documents.for_list(), 50), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "events/document_list.html", context)


def change_document(request: HttpRequest, pk: int) -> HttpResponse:
    document = find_own(Document.objects, pk, partial(permissions.can_edit_event, request.user))
    form = DocumentForm(request.POST or None, instance=document, event=document.event)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.change_document, document, by=request.user, **form.cleaned_data):
            messages.success(request, _("Saved."))
            return redirect("events:document_list", document.event.slug)
    return render(request, "events/document_form.html", {"form": form, "document": document, "event": document.event})


@require_POST
def remove_document(request: HttpRequest, pk: int) -> HttpResponse:
    document = find_own(Document.objects, pk, partial(permissions.can_edit_event, request.user))
    to = reverse("events:document_list", args=[document.event.slug])
    return act(request, actions.remove_document, document, by=request.user, done=_("The document is removed."), to=to)


@login_not_required
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for whom it is meant, from the moment from which it shows."""
    found = get_object_or_404(Document.objects.visible_to(request.user, timezone.now()), pk=pk)
    if not found.file:
        raise Http404
    name = f"{slugify(found.title)[:80] or found.pk}.{found.extension}"
    kept = "max-age=300" if found.is_picture else "no-store"  # pictures of a gallery come again and again
    return hand_out(found.file, name, found.media_type, kept=kept)
