"""Who may do what in the API."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

if TYPE_CHECKING:  # the framework loads this file while it loads its views
    from rest_framework.views import APIView


class IsOwnerOrReadOnly(IsAuthenticated):
    """Everybody of the salon reads, owners write.

    Where the route names a record, it is asked of the record, after scope: an outsider's 404 comes
    before a colleague's 403.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not super().has_permission(request, view):
            return False
        return "pk" in view.kwargs or can_write(request)

    def has_object_permission(self, request: Request, view: "APIView", obj: object) -> bool:
        return can_write(request)


def can_write(request: Request) -> bool:
    """Whether the method only reads, or the account owns its salon."""
    return request.method in SAFE_METHODS or bool(getattr(request.user, "is_owner", False))
