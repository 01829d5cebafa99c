"""The people who are booked: found, shown with all their appointments and texts, changed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import tenancy
from customer.models import Customer
from customer.search import search_customers
from customer.serializers import CustomerSerializer
from notification.contacts import deliverability
from notification.models import AppointmentNotification
from web import text_states, unreachable
from web.access import SalonRequest, signed_in
from web.forms import CustomerForm

A_PAGE = 30  # customers
MOST_SHOWN = 50  # appointments, and texts, of one customer


@signed_in
@require_safe
def customers(request: SalonRequest) -> HttpResponse:
    """Everybody, or those whom `?q=` finds."""
    text = request.GET.get("q", "")
    own = Customer.objects.filter(salon=request.salon).select_related("salon")
    page = Paginator(search_customers(own, text), A_PAGE).get_page(request.GET.get("page"))
    deliverability.attach_deliverability(page.object_list)
    return render(request, "web/customers.html", {"page": page, "q": text})


@signed_in
@require_safe
def unreachable_numbers(request: SalonRequest) -> HttpResponse:
    """Customers whom texts don't reach, those who come next at the top."""
    marked = unreachable.customers(request.salon, timezone.now())
    page = Paginator(marked, A_PAGE).get_page(request.GET.get("page"))
    deliverability.attach_deliverability(page.object_list)
    return render(request, "web/unreachable.html", {"page": page})


@signed_in
@require_safe
def customer(request: SalonRequest, pk: int) -> HttpResponse:
    """One customer: appointments to come and past ones, texts, notes."""
    shown = own_customer(request, pk)
    now, zone = timezone.now(), request.salon.zone
    appointments = shown.appointments.with_people().order_by("-appointment_time")
    ids = shown.appointments.values("pk")
    rows = AppointmentNotification.objects.filter(appointment_number__in=ids)[:MOST_SHOWN]
    stopped = bool(shown.reach.opted_out)
    context = {
        "customer": shown,
        "ahead": list(appointments.filter(appointment_time__gt=now).reverse()[:MOST_SHOWN]),
        "past": list(appointments.filter(appointment_time__lte=now)[:MOST_SHOWN]),
        "texts": [(row, text_states.describe(row, zone, now, is_stopped=stopped)) for row in rows],
    }
    return render(request, "web/customer.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit_customer(request: SalonRequest, pk: int | None = None) -> HttpResponse:
    """A customer's name, number, e-mail and notes; without `pk`, somebody new."""
    shown = own_customer(request, pk) if pk else None
    stored = {name: getattr(shown, name) for name in CustomerForm.base_fields} if shown else {}
    form = CustomerForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        saved = save(request, form, shown)
        if saved is not None:
            messages.success(request, _("Saved: %(name)s.") % {"name": saved})
            return redirect("web:customer", saved.pk)
    context = {"form": form, "customer": shown}
    return render(request, "web/edit_customer.html", context, status=400 if form.errors else 200)


def save(request: SalonRequest, form: CustomerForm, shown: Customer | None) -> Customer | None:
    """Save as the API would; its refusals go beside the fields."""
    context = {"request": request}
    serializer = CustomerSerializer(
        shown, form.cleaned_data, partial=shown is not None, context=context
    )
    if serializer.is_valid():
        return serializer.save(salon=request.salon)
    for name, sentences in serializer.errors.items():
        form.add_error(name if name in form.fields else None, sentences)
    return None


def own_customer(request: SalonRequest, pk: int) -> Customer:
    """That customer of the account's salon, or 404."""
    everybody = Customer.objects.select_related("salon")
    return get_object_or_404(tenancy.scoped_to(everybody, request.user), pk=pk)
