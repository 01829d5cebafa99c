"""Permissions of the API."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

if TYPE_CHECKING:  # the framework loads this file while it loads its views
    from rest_framework.views import APIView


class IsOwnerOrReadOnly(IsAuthenticated):
    """Let every account of the salon read and only owners write.

    Where the route names a record, the check runs after scope: an outsider gets 404 before a staff
    member gets 403.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not super().has_permission(request, view):
            return False
        return "pk" in view.kwargs or can_write(request)

    def has_object_permission(self, request: Request, view: "APIView", obj: object) -> bool:
        return can_write(request)


def can_write(request: Request) -> bool:
    """Return whether the method only reads or the account owns its salon."""
    return request.method in SAFE_METHODS or bool(getattr(request.user, "is_owner", False))
