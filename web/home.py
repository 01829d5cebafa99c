"""The first page: the calendar, or the sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import tenancy
from web.accounts.sign_in_page import render_sign_in_page
from web.calendar.page import render_calendar_page


@require_safe
@never_cache
def show_home(request: HttpRequest) -> HttpResponse:
    """Show the calendar to staff and the sign-in to visitors; lead operators to the admin."""
    if not request.user.is_authenticated:
        return render_sign_in_page(request)
    if request.user.is_staff and not tenancy.get_user_salons(request.user).exists():
        return redirect("admin:index")  # an operator belongs to no salon
    return render_calendar_page(request)
