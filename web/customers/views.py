"""The people who are booked: found, shown with all their appointments and texts, changed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customer.models import Customer
from customer.queries import search_customers
from customer.serializers import CustomerSerializer
from notification.contacts import queries
from notification.models import AppointmentNotification
from pages.access import SalonRequest, require_sign_in
from web.appointments import message_status
from web.customers import unreachable
from web.customers.forms import CustomerForm
from web.customers.lookup import get_own_customer

CUSTOMERS_PER_PAGE = 30  # customers
MAX_SHOWN = 50  # appointments, and texts, of one customer


@require_sign_in
@require_safe
def show_customers(request: SalonRequest) -> HttpResponse:
    """Everybody, or those whom `?q=` finds."""
    text = request.GET.get("q", "")
    own = Customer.objects.filter(salon=request.salon).select_related("salon")
    page = Paginator(search_customers(own, text), CUSTOMERS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    queries.attach_deliverability(page.object_list)
    return render(request, "web/customers/customers.html", {"page": page, "q": text})


@require_sign_in
@require_safe
def show_unreachable_numbers(request: SalonRequest) -> HttpResponse:
    """Customers whom texts don't reach, those who come next at the top."""
    marked = unreachable.find_unreachable_customers(request.salon, timezone.now())
    page = Paginator(marked, CUSTOMERS_PER_PAGE).get_page(request.GET.get("page"))
    queries.attach_deliverability(page.object_list)
    return render(request, "web/customers/unreachable_numbers.html", {"page": page})


@require_sign_in
@require_safe
def show_customer(request: SalonRequest, pk: int) -> HttpResponse:
    """One customer: appointments to come and past ones, texts, notes."""
    shown = get_own_customer(request, pk)
    now, zone = timezone.now(), request.salon.zone
    appointments = shown.appointments.with_people().order_by("-appointment_time")
    ids = shown.appointments.values("pk")
    rows = AppointmentNotification.objects.filter(appointment_number__in=ids)[:MAX_SHOWN]
    stopped = bool(shown.reach.opted_out)
    context = {
        "customer": shown,
        "ahead": list(appointments.filter(appointment_time__gt=now).reverse()[:MAX_SHOWN]),
        "past": list(appointments.filter(appointment_time__lte=now)[:MAX_SHOWN]),
        "texts": [
            (row, message_status.build_message_status(row, zone, now, is_stopped=stopped))
            for row in rows
        ],
    }
    return render(request, "web/customers/customer.html", context)


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def handle_customer_form(request: SalonRequest, pk: int | None = None) -> HttpResponse:
    """A customer's name, number, e-mail and notes; without `pk`, somebody new."""
    shown = get_own_customer(request, pk) if pk else None
    stored = {name: getattr(shown, name) for name in CustomerForm.base_fields} if shown else {}
    form = CustomerForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        saved = save_customer(request, form, shown)
        if saved is not None:
            messages.success(request, _("Saved: %(name)s.") % {"name": saved})
            return redirect("web:customer", saved.pk)
    context = {"form": form, "customer": shown}
    return render(
        request, "web/customers/edit_customer.html", context, status=400 if form.errors else 200
    )


def save_customer(
    request: SalonRequest, form: CustomerForm, shown: Customer | None
) -> Customer | None:
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
