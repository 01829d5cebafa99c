"""Every URL of the installation."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core.api import errors
from core.health import views

# The page of the API's description styles itself as it runs; its scripts are files of our own.
docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(url_name="schema")
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", views.show_health, name="health"),
    path("health/live/", views.show_liveness, name="health-live"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("admin/", admin.site.urls),
    path("auth/", include("user.sign_in.urls")),
    path("", include("salon.urls")),
    path("", include("user.urls")),
    path("", include("customer.urls")),
    path("", include("notification.urls")),
    path("", include("appointment.urls")),
    path("", include("web.urls")),
]
if settings.PRACTICE_PHONE:
    urlpatterns.append(path("practice-phone/", include("practice_phone.urls")))

urlpatterns.append(re_path("", errors.handle_unknown_url))

handler400 = "core.api.errors.bad_request"
handler403 = "core.api.errors.permission_denied"
handler404 = "core.api.errors.page_not_found"
handler500 = "core.api.errors.server_error"
