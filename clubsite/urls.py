"""All addresses: each app's own are mounted under the paths that others rely on."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language
from django.views.static import serve

from clubsite import living_page, views

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("desk/", views.desk, name="desk"),
    path("coordination/", views.coordination, name="coordination"),
    path("coordination/letters/", views.letter_list, name="letter_list"),
    path("coordination/letters/<int:pk>/", views.letter_page, name="letter_page"),
    path("coordination/letters/<int:pk>/retry/", views.retry_letter, name="retry_letter"),
    path("search/", views.search, name="search"),
    path("healthz/", views.health, name="health"),
    path("members/", include("memberships.urls")),
    path("members/", include("members.urls")),
    path("events/", include("events.urls")),
    path("offers/", include("offers.urls")),
    path("introductions/", include("introductions.urls")),
    path("observatory/", include("observatory.urls")),
    path("billing/", include("billing.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]
if not settings.IS_PRODUCTION:
    urlpatterns += [
        path("components/", living_page.components, name="components"),
        # In production the web server in front (or the object storage) serves what people uploaded.
        path("media/<path:path>", login_not_required(serve), {"document_root": settings.MEDIA_ROOT}, name="media"),
    ]
