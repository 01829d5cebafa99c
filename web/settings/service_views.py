"""What an owner sets up one by one: services, and a text to try the sender with."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import tenancy
from pages.access import SalonRequest, require_owner, require_sign_in
from pages.forms import get_initial_values, is_accepted_by_serializer
from salon.models import Service
from salon.serializers import ServiceSerializer
from web.settings.service_forms import ServiceForm


@require_sign_in
@require_owner
@require_http_methods(["GET", "HEAD", "POST"])
def handle_service_form(request: SalonRequest, pk: int | None = None) -> HttpResponse:
    """A service: its name, length, price, colour and whether it is offered."""
    own = tenancy.scoped_to(Service.objects.all(), request.user)
    shown = get_object_or_404(own, pk=pk) if pk else None
    form = ServiceForm(request.POST or None, initial=get_initial_values(shown, ServiceForm))
    if request.method == "POST" and form.is_valid():
        serializer = ServiceSerializer(
            shown, form.cleaned_data, partial=pk is not None, context={"request": request}
        )
        if is_accepted_by_serializer(serializer, form):
            saved = serializer.save(salon=request.salon)
            return redirect_after_service(request, saved)
    return render_service_page(request, form, shown, _("New service"))


def redirect_after_service(request: SalonRequest, saved: Any) -> HttpResponse:
    messages.success(request, _("Saved: %(name)s.") % {"name": saved})
    return redirect("web:settings")


def render_service_page(
    request: SalonRequest, form: forms.Form, shown: Any, title: str
) -> HttpResponse:
    context = {"form": form, "title": str(shown) if shown else title}
    return render(request, "web/settings/service.html", context, status=400 if form.errors else 200)
