"""Access of accounts to salons.

Every room uses these functions, so that an account with several salons needs one change.
"""

from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.request import Request

if TYPE_CHECKING:  # the kit lies below these rooms and only names their types
    from salon.models import Salon
    from user.models import ExtendedUser

Record = TypeVar("Record", bound=Model)


def get_user_salons(user: "ExtendedUser | AnonymousUser") -> "QuerySet[Salon]":
    """Return the active salons `user` may work with: none for a visitor or an operator."""
    salons: QuerySet[Salon] = apps.get_model("salon", "Salon")._default_manager.all()
    if not user.is_authenticated or user.salon_id is None:
        return salons.none()
    return salons.filter(pk=user.salon_id, is_active=True)


def get_user_salon(user: "ExtendedUser | AnonymousUser") -> "Salon":
    """Return the salon `user` works in now.

    Raises:
        Http404: the account has none.
    """
    salon = get_user_salons(user).first()
    if salon is None:
        raise Http404
    return salon


def scoped_to(
    records: QuerySet[Record], user: "ExtendedUser | AnonymousUser", path: str = "salon"
) -> QuerySet[Record]:
    """Filter `records` to the salons of `user`; `path` leads from record to salon."""
    return records.filter(**{f"{path}__in": get_user_salons(user)})


def is_salon_owner(user: "ExtendedUser | AnonymousUser", salon_id: int) -> bool:
    """Return whether `user` owns that salon."""
    return (
        bool(getattr(user, "is_owner", False))
        and get_user_salons(user).filter(pk=salon_id).exists()
    )


def get_request_salon(request: Request) -> "Salon":
    """Return the salon of a request, looked up once a request."""
    underlying: Any = request._request if isinstance(request, Request) else request
    if not hasattr(underlying, "current_salon"):
        underlying.current_salon = get_user_salon(request.user)
    salon: Salon = underlying.current_salon
    return salon
