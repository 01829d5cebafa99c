"""The recipe's API: a model serializer and nothing else."""

from rest_framework import serializers, viewsets

from benchmarks.booking.recipe.models import Visit
from core import tenancy


class VisitSerializer(serializers.ModelSerializer):
    """All columns; related records are looked for among all salons'."""

    class Meta:
        model = Visit
        fields = "__all__"
        read_only_fields = ["salon", "status", "task_id"]


class VisitViewSet(viewsets.ModelViewSet):
    queryset = Visit.objects.all()
    serializer_class = VisitSerializer

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.save(salon=tenancy.get_request_salon(self.request))
