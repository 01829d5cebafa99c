"""The settings page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pages import local_time
from pages.access import SalonRequest, require_owner, require_sign_in
from salon.serializers import SalonSerializer
from web.settings import check_summary
from web.settings.salon_forms import SalonForm
from web.settings.sign_in_status import get_sign_in_status


@require_sign_in
@require_owner
@require_http_methods(["GET", "HEAD", "POST"])
def handle_salon_form(request: SalonRequest) -> HttpResponse:
    """Show and change name, time zone, reminder time and sender of the salon."""
    salon = request.salon
    stored = {name: getattr(salon, name) for name in SalonForm.base_fields}
    form = SalonForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid() and save_salon(request, form):
        messages.success(request, format_saved_notice(form))
        return redirect("web:settings")
    lead = local_time.format_length(salon.reminder_time_minutes)
    context = {
        "form": form,
        "lead": lead,
        "check": check_summary.summarize_last_check(salon, timezone.now()),
        "services": salon.services.all(),
        "staff": [
            (one, get_sign_in_status(one))
            for one in salon.staff.order_by("-is_active", "name", "pk")
        ],
    }
    return render(
        request, "web/settings/settings.html", context, status=400 if form.errors else 200
    )


def save_salon(request: SalonRequest, form: SalonForm) -> bool:
    """Save the changed fields through the API's serializer; show its errors beside them."""
    changed = {name: form.cleaned_data[name] for name in form.changed_data}
    serializer = SalonSerializer(request.salon, changed, partial=True, context={"request": request})
    if serializer.is_valid():
        serializer.save()
        return True
    for name, sentences in serializer.errors.items():
        form.add_error(name if name in form.fields else None, sentences)
    return False


def format_saved_notice(form: SalonForm) -> str:
    """Return the message after saving."""
    if "reminder_time_minutes" in form.changed_data:
        return _("Saved. Reminders of existing appointments are updated in a moment.")
    return _("Saved.")
