from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from members.rights import rights_of


class SecondFactorMiddleware:
    """Coordinators and administrators set up a second factor before anything else, where the setting asks for it."""

    OPEN_PATHS = ("/accounts/", "/static/", "/i18n/", "/healthz/")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self._lacks_second_factor(request):
            messages.warning(request, _("Your role sees other people's data: set up a second factor first."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _lacks_second_factor(self, request) -> bool:
        if not settings.REQUIRE_SECOND_FACTOR or request.path.startswith(self.OPEN_PATHS):
            return False
        return rights_of(request.user).is_coordinator and not request.user.authenticator_set.exists()
