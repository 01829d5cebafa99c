"""/salons/ and /services/."""

from rest_framework.routers import SimpleRouter

from salon.views import SalonViewSet, ServiceViewSet

router = SimpleRouter()
router.register("salons", SalonViewSet, basename="salon")
router.register("services", ServiceViewSet, basename="service")
urlpatterns = router.urls
