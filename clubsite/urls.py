"""All addresses. The first storeys' own urls are included under the paths that others rely on."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from clubsite import views

urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("desk/", views.desk, name="desk"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("members/", include("members.urls")),
    path("admin/", admin.site.urls),
]
if not settings.IS_PRODUCTION:
    urlpatterns += [path("components/", views.components, name="components")]
