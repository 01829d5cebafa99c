"""Base classes of the API's views."""

from typing import Any, cast

from django.db.models import Model, ProtectedError, QuerySet
from django.utils.translation import gettext as _
from rest_framework import viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from core import tenancy
from core.api.errors import Refusal


class SalonScopedViewSet(viewsets.GenericViewSet[Any]):
    """A view of the records of one's own salon; all others answer 404.

    The record of a route is looked up first, so that an outsider gets the same 404 whatever the
    method and the body.
    """

    salon_path = "salon"
    record: Model | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "pk" in kwargs:
            self.get_object()

    def get_object(self) -> Any:
        """Return the record of the route; the list's filters don't apply to it."""
        if self.record is None:
            record = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
            self.check_object_permissions(self.request, record)
            self.record = record
        return self.record

    def get_queryset(self) -> QuerySet[Any]:
        records = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):  # the schema is drawn without an account
            return records.none()
        return tenancy.scoped_to(records, self.request.user, self.salon_path)


class SalonRecordViewSet(SalonScopedViewSet, viewsets.ModelViewSet[Any]):
    """List, read, create, change and delete records that have a salon."""

    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        serializer.save(salon=tenancy.get_request_salon(self.request))

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        """Write only the fields that were sent: a concurrent edit of other fields stays."""
        record, values = cast(Model, serializer.instance), serializer.validated_data
        for name, value in values.items():
            setattr(record, name, value)
        if values:
            record.save(update_fields=[*values, "modified"])

    def perform_destroy(self, instance: Model) -> None:
        try:
            instance.delete()
        except ProtectedError as error:
            raise Refusal(
                "in_use", _("Appointments name this record. Deactivate it instead of deleting it.")
            ) from error
