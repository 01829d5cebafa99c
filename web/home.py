"""The first page after signing in."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from core import tenancy
from web.accounts.views import SignInView
from web.calendar.views import show_calendar


@require_safe
def show_home(request: HttpRequest) -> HttpResponseBase:
    """The calendar for those who are signed in, the sign-in for visitors."""
    if not request.user.is_authenticated:
        return SignInView.as_view()(request)
    if request.user.is_staff and not tenancy.get_user_salons(request.user).exists():
        return redirect("admin:index")  # an operator belongs to no salon
    return show_calendar(request)
