"""/appointments/, and what of /staff/ concerns appointments."""

from rest_framework.routers import SimpleRouter

from appointment.views import AppointmentViewSet, StaffAppointmentsViewSet

router = SimpleRouter()
router.register("appointments", AppointmentViewSet, basename="appointment")
router.register("staff", StaffAppointmentsViewSet, basename="staff-appointments")
urlpatterns = router.urls
