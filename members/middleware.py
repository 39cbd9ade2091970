from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from members.rights import rights_of


class SecondFactorMiddleware:
    """Coordinators and administrators set up a second factor before anything else, where the setting asks for it.

    Once it is set up, allauth asks for its code at every sign-in. The account pages stay open, so that it can be done.
    """

    OPEN_PATHS = ("/accounts/", "/static/", "/i18n/", "/healthz/")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.REQUIRE_SECOND_FACTOR and self._lacks_second_factor(request):
            messages.warning(request, _("Your role sees other people’s data: set up a second factor first."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _lacks_second_factor(self, request) -> bool:
        if request.path.startswith(self.OPEN_PATHS) or not request.user.is_authenticated:
            return False
        if not (request.user.is_staff or rights_of(request.user).is_coordinator):
            return False
        return not request.user.authenticator_set.filter(type="totp").exists()
