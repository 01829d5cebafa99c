"""The recipe's API: a model serializer and nothing else."""

from rest_framework import serializers, viewsets

from benchmarks.booking.recipe.models import Appointment
from core import tenancy


class AppointmentSerializer(serializers.ModelSerializer):
    """All columns; related records are looked for among all salons'."""

    class Meta:
        model = Appointment
        fields = "__all__"
        read_only_fields = ["salon", "status", "task_id"]


class RecipeAppointmentViewSet(viewsets.ModelViewSet):
    queryset = Appointment.objects.all()
    serializer_class = AppointmentSerializer

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.save(salon=tenancy.get_request_salon(self.request))
