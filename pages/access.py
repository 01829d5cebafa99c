"""Who may open a page: signed in, in their own salon, on its wall clock."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from core import tenancy
from core.api import errors
from salon.models import Salon
from user.models import ExtendedUser

PageView = Callable[..., HttpResponse]


class SalonRequest(HttpRequest):
    """A request of a signed-in account; `salon` is the one it works in."""

    user: ExtendedUser
    salon: Salon


def require_sign_in(page: PageView) -> PageView:
    """A page for accounts of a salon; visitors are led to the sign-in, others get 404.

    Within it, times are shown on the salon's own clock.
    """

    @never_cache
    @login_required
    @wraps(page)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        own = cast(SalonRequest, request)
        own.salon = tenancy.get_user_salon(request.user)
        with timezone.override(own.salon.zone):
            try:
                return page(own, *args, **kwargs)
            except Http404 as error:
                return errors.page_not_found(request, error)  # also with DEBUG, in words for staff

    return wrapped


def require_owner(page: PageView) -> PageView:
    """A page that staff may not open."""

    @wraps(page)
    def wrapped(request: SalonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_owner:
            raise PermissionDenied
        return page(request, *args, **kwargs)

    return wrapped
