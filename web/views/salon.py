"""What an owner sets."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from salon.serializers import SalonSerializer
from web import last_check, wall_clock
from web.access import SalonRequest, owners_only, signed_in
from web.forms import SalonForm
from web.staff_standing import standing


@signed_in
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def salon_settings(request: SalonRequest) -> HttpResponse:
    """Name, clock, reminder time and sender of the salon."""
    salon = request.salon
    stored = {name: getattr(salon, name) for name in SalonForm.base_fields}
    form = SalonForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid() and save(request, form):
        messages.success(request, saved_words(form))
        return redirect("web:settings")
    lead = wall_clock.length_words(salon.reminder_time_minutes)
    context = {
        "form": form,
        "lead": lead,
        "check": last_check.of_salon(salon, timezone.now()),
        "services": salon.services.all(),
        "staff": [(one, standing(one)) for one in salon.staff.order_by("-is_active", "name", "pk")],
    }
    return render(request, "web/settings.html", context, status=400 if form.errors else 200)


def save(request: SalonRequest, form: SalonForm) -> bool:
    """Save what was changed, as a PATCH of the API would; its refusals go beside the fields."""
    changed = {name: form.cleaned_data[name] for name in form.changed_data}
    serializer = SalonSerializer(request.salon, changed, partial=True, context={"request": request})
    if serializer.is_valid():
        serializer.save()
        return True
    for name, sentences in serializer.errors.items():
        form.add_error(name if name in form.fields else None, sentences)
    return False


def saved_words(form: SalonForm) -> str:
    """What follows from the change."""
    if "reminder_time_minutes" in form.changed_data:
        return _("Saved. The reminders of appointments booked already follow within moments.")
    return _("Saved.")
