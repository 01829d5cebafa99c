"""The people who are booked."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import CommonInfo
from customer.spelling import fold_text
from notification.contacts import queries


class FoldedName(models.TextField):  # type: ignore[type-arg] # not generic at run time
    """The name as searches compare it. Written with every save, also of many at once."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        folded = fold_text(getattr(model_instance, "full_name"))  # noqa: B009 - of any model
        setattr(model_instance, self.attname, folded)
        return folded


class Customer(CommonInfo):
    """A customer of one salon. Families share a phone, so a number may stand on several."""

    # A salon is deactivated, not deleted: its customers are its own records.
    salon = models.ForeignKey("salon.Salon", models.PROTECT, related_name="customers")
    full_name = models.CharField(_("full name"), max_length=160, blank=True)
    search_name = FoldedName(default="", editable=False)
    notes = models.TextField(_("notes"), blank=True)
    # The code of the book this customer was taken from; NULLs are not compared for uniqueness.
    external_id = models.CharField(  # noqa: DJ001 - a column without a default costs nothing to add
        _("code in the old book"), max_length=64, null=True, blank=True, editable=False
    )

    # Not stored: what `reach` found.
    known_reach: queries.Deliverability | None = None

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["salon", "external_id"],
                condition=models.Q(external_id__isnull=False),
                name="customer_external_id_once",
            )
        ]
        indexes = [
            models.Index(fields=["salon", "full_name", "id"], name="customer_by_name"),
            models.Index(fields=["salon", "phone_number"], name="customer_by_phone"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.external_id or f"#{self.pk}"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save; with the name goes what searches compare."""
        if update_fields is not None and "full_name" in update_fields:
            update_fields = {*update_fields, "search_name"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def text_name(self) -> str:
        """How a text addresses the customer."""
        return self.full_name or "Customer"

    @property
    def reach(self) -> queries.Deliverability:
        """Whether texts get to the customer; `reach.attach` looks it up for many at once."""
        return queries.get_deliverability(self)
