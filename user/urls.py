"""/staff/."""

from rest_framework.routers import SimpleRouter

from user.views import StaffViewSet

router = SimpleRouter()
router.register("staff", StaffViewSet, basename="staff")
urlpatterns = router.urls
