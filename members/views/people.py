"""A person's own pages, and the privacy notice."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from core.pages import attempt
from members import personal_data
from members.actions import people as actions
from members.forms.accounts import EraseForm, ProfileForm
from members.models import Person


def profile_page(request: HttpRequest) -> HttpResponse:
    """Who I am, for whom I act, and what I may do with my data."""
    person = Person.objects.get(pk=request.user.pk)  # a form that is refused must not change the name in the frame
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.update_profile, request.user, by=request.user, **form.cleaned_data):
            return _with_language(request)
    roles = request.user.roles.for_list()
    return render(request, "members/profile_page.html", {"form": form, "roles": roles})


def _with_language(request: HttpRequest) -> HttpResponse:
    """The pages follow the language of the letters when it is changed."""
    language = request.user.language
    with translation.override(language):
        messages.success(request, _("Your profile is up to date."))
    response = redirect("members:profile_page")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 86400,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


def export_data(request: HttpRequest) -> HttpResponse:
    """All that is known of me, as a file that other programs can read (GDPR, article 20)."""
    data = personal_data.export_all(request.user)
    response = JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def erase_account(request: HttpRequest) -> HttpResponse:
    form = EraseForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.erase_account, request.user, by=request.user):
            logout(request)
            messages.success(request, _("Your account is erased."))
            return redirect("front_page")
    return render(request, "members/account_erase.html", {"form": form})


@login_not_required
def privacy_page(request: HttpRequest) -> HttpResponse:
    return render(request, "members/privacy_page.html")
