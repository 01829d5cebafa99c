"""The admin's place in INSTALLED_APPS; apart from its site, which needs the models loaded."""

from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    """Django's admin, on a site for operators alone."""

    default_site = "booking_api.admin_site.site.OperatorAdminSite"
