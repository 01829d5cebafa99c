"""The admin's app configuration; its site lives apart, because it needs loaded models."""

from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    """Django's admin, on a site for operators alone."""

    default_site = "booking_api.admin_site.site.OperatorAdminSite"
