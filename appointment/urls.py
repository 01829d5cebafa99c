"""/appointments/, and what of /staff/ concerns visits."""

from rest_framework.routers import SimpleRouter

from appointment.views import AppointmentViewSet, StaffVisitsViewSet

router = SimpleRouter()
router.register("appointments", AppointmentViewSet, basename="appointment")
router.register("staff", StaffVisitsViewSet, basename="staff-visits")
urlpatterns = router.urls
