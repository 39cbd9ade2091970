"""What gunicorn serves. All that a request needs is loaded here, once: with `--preload` for all workers together."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubsite.settings")
gc.disable()  # nothing of what is loaded here is ever thrown away
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - reading them loads the views and all they stand on
gc.freeze()
# A page makes many small things and keeps none: whoever looks for cycles too often finds nothing.
gc.set_threshold(20_000, 20, 20)
gc.enable()
