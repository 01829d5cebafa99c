"""The people who work in a salon: adding, inviting and changing them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.api.errors import Refusal
from pages.access import SalonRequest, require_owner, require_sign_in
from pages.forms import get_initial_values, is_accepted_by_serializer
from user import actions as accounts
from user.models import ExtendedUser
from user.serializers import StaffSerializer
from web.settings.sign_in_status import SignInStatus, get_sign_in_status, show_invitation_link
from web.settings.staff_forms import NewStaffForm, StaffForm
from web.settings.staff_lookup import get_own_staff_member


@require_sign_in
@require_owner
@require_http_methods(["GET", "HEAD", "POST"])
def handle_new_staff_form(request: SalonRequest) -> HttpResponse:
    """Somebody new; with an e-mail they may sign in and are invited."""
    form = NewStaffForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (added := save_staff_member(request, form, None))
    ):
        return redirect_after_staff_member(request, added)
    return render_staff_page(request, form, None)


@require_sign_in
@require_owner
@require_http_methods(["GET", "HEAD", "POST"])
def handle_staff_form(request: SalonRequest, pk: int) -> HttpResponse:
    """One member of staff: who they are, what they may, whether they were invited."""
    shown = get_own_staff_member(request, pk)
    form = StaffForm(request.POST or None, initial=get_initial_values(shown, StaffForm))
    if (
        request.method == "POST"
        and form.is_valid()
        and (saved := save_staff_member(request, form, shown))
    ):
        return redirect_after_staff_member(request, saved)
    return render_staff_page(request, form, shown)


@require_sign_in
@require_owner
@require_POST
def resend_invitation(request: SalonRequest, pk: int) -> HttpResponse:
    """The invitation once more, for somebody who has set no password yet."""
    try:
        show_invitation_link(
            request, accounts.invite_staff_member(get_own_staff_member(request, pk))
        )
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return redirect("web:staff", pk)


def save_staff_member(request: SalonRequest, form: forms.Form, shown: ExtendedUser | None) -> Any:
    """Add or change as the API would; None, with the refusals beside the fields, when it won't."""
    serializer = StaffSerializer(shown, form.cleaned_data, partial=shown is not None)
    if not is_accepted_by_serializer(serializer, form):
        return None
    values = serializer.validated_data
    try:
        return (
            accounts.change_staff_member(shown.pk, values)
            if shown
            else accounts.add_staff_member(request.salon, values)
        )
    except Refusal as refusal:
        for name, sentences in (refusal.errors or {"": [refusal.detail]}).items():
            form.add_error(name if name in form.fields else None, sentences)
        return None


def redirect_after_staff_member(request: SalonRequest, saved: ExtendedUser) -> HttpResponse:
    """Back to the settings; an owner who gave the salon away can't see them any more."""
    messages.success(request, _("Saved: %(name)s.") % {"name": saved})
    show_invitation_link(request, saved)
    gave_away = saved == request.user and not saved.is_owner
    return redirect("web:home" if gave_away else "web:settings")


def render_staff_page(
    request: SalonRequest, form: forms.Form, shown: ExtendedUser | None
) -> HttpResponse:
    state = get_sign_in_status(shown) if shown else None
    context = {
        "form": form,
        "person": shown,
        "sign_in_status": state,
        "may_be_invited": state == SignInStatus.INVITED,
    }
    return render(request, "web/settings/staff.html", context, status=400 if form.errors else 200)
