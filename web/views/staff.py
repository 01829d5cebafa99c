"""The people who work in a salon: adding, inviting and changing them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import tenancy
from core.api.errors import Refusal
from user import actions as accounts
from user.invitations import mail
from user.models import ExtendedUser
from user.serializers import StaffSerializer
from web.access import SalonRequest, owners_only, signed_in
from web.staff_forms import NewStaffForm, StaffForm
from web.staff_standing import Standing, standing
from web.views.offers import is_right, stored


@signed_in
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_staff(request: SalonRequest) -> HttpResponse:
    """Somebody new; with an e-mail they may sign in and are invited."""
    form = NewStaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (added := save(request, form, None)):
        return finished(request, added)
    return staff_page(request, form, None)


@signed_in
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: SalonRequest, pk: int) -> HttpResponse:
    """One member of staff: who they are, what they may, whether they were invited."""
    shown = own_staff(request, pk)
    form = StaffForm(request.POST or None, initial=stored(shown, StaffForm))
    if request.method == "POST" and form.is_valid() and (saved := save(request, form, shown)):
        return finished(request, saved)
    return staff_page(request, form, shown)


@signed_in
@owners_only
@require_POST
def invite(request: SalonRequest, pk: int) -> HttpResponse:
    """The invitation once more, for somebody who has set no password yet."""
    try:
        tell_invitation(request, accounts.invite_staff_member(own_staff(request, pk)))
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return redirect("web:staff", pk)


def own_staff(request: SalonRequest, pk: int) -> ExtendedUser:
    """That account of the owner's salon, or 404."""
    return get_object_or_404(tenancy.scoped_to(ExtendedUser.objects.all(), request.user), pk=pk)


def save(request: SalonRequest, form: forms.Form, shown: ExtendedUser | None) -> Any:
    """Add or change as the API would; None, with the refusals beside the fields, when it won't."""
    serializer = StaffSerializer(shown, form.cleaned_data, partial=shown is not None)
    if not is_right(serializer, form):
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


def finished(request: SalonRequest, saved: ExtendedUser) -> HttpResponse:
    """Back to the settings; an owner who gave the salon away can't see them any more."""
    messages.success(request, _("Saved: %(name)s.") % {"name": saved})
    tell_invitation(request, saved)
    gave_away = saved == request.user and not saved.is_owner
    return redirect("web:home" if gave_away else "web:settings")


def tell_invitation(request: SalonRequest, user: ExtendedUser) -> None:
    """Show the link of an account that was just invited: mails can be late or lost."""
    if not (link := getattr(user, "invitation", "")):
        return
    sentence = _("Pass this link on to %(name)s; it sets the password: %(link)s")
    if mail.has_mail_server():
        sentence = _(
            "An invitation is on its way to %(email)s. If it doesn't arrive, pass this link on; it"
            " sets the password: %(link)s"
        )
    messages.info(request, sentence % {"name": user, "email": user.email, "link": link})


def staff_page(request: SalonRequest, form: forms.Form, shown: ExtendedUser | None) -> HttpResponse:
    state = standing(shown) if shown else None
    context = {
        "form": form,
        "person": shown,
        "standing": state,
        "may_be_invited": state == Standing.INVITED,
    }
    return render(request, "web/staff.html", context, status=400 if form.errors else 200)
