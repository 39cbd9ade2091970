"""Where the payment provider tells its news. Its signature stands for the token of a form and for signing in."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import provider
from billing.actions import follow_news

logger = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 when the news is kept with its effect (also for what does not concern us, and for what was known); 403 for what
    the provider did not sign; 503 when it cannot be followed now, so that it is sent again.
    """
    try:
        news = provider.read_news(request.body, request.headers.get("Stripe-Signature", ""))
    except provider.ForgedNews:
        return HttpResponse("not signed by the payment provider", status=403, content_type="text/plain")
    try:
        follow_news(news)
    except (OperationalError, provider.ProviderUnreachable) as error:
        logger.warning("%s is to be sent again: %s", news.kind, type(error).__name__)
        return HttpResponse("again, please", status=503, content_type="text/plain")
    return HttpResponse("kept", content_type="text/plain")
