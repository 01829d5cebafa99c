"""Accounts: owners, staff, and stylists who never sign in."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record
from core.phone_numbers import PhoneNumberField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager
    from knox.models import AuthToken

ADDRESS_TAKEN = _("An account with this e-mail exists already.")


class UserManager(BaseUserManager["ExtendedUser"]):
    """Makes accounts with a hashed password, or with none that works."""

    def create_user(
        self, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "ExtendedUser":
        """A new account; without a password nobody can sign in to it yet."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "ExtendedUser":
        """An operator of the installation, who belongs to no salon."""
        fields.setdefault("name", "Operator")
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "ExtendedUser":
        return self.get(email=self.normalize_email(username))

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """An address as it is stored: in lower case, without blanks around it."""
        return (email or "").strip().lower()


class ExtendedUser(Record, AbstractBaseUser, PermissionsMixin):
    """Somebody of a salon: may own it, may be booked, may sign in."""

    # People are deactivated, not deleted: past appointments name them.
    salon = models.ForeignKey(
        "salon.Salon", models.PROTECT, null=True, blank=True, related_name="staff"
    )
    name = models.CharField(_("name"), max_length=120)
    # An imported stylist has no address; NULLs are not compared for uniqueness.
    email = models.EmailField(
        _("e-mail"),
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": ADDRESS_TAKEN},
    )
    phone_number = PhoneNumberField(_("phone number"), blank=True)
    is_owner = models.BooleanField(_("owner"), default=False)
    bookable = models.BooleanField(_("takes bookings"), default=True)
    can_login = models.BooleanField(_("may sign in"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    # Rises when the account may sign in no more: sessions from before stay dead when it may again.
    sign_outs = models.PositiveIntegerField(default=0, editable=False)

    # Not stored: the link that sets the password, on an account that was just invited.
    invitation: str
    # Django's: a password that was set and is not saved yet.
    _password: str | None
    auth_token_set: "RelatedManager[AuthToken]"

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name or self.email or f"#{self.pk}"

    def clean(self) -> None:
        super().clean()
        self.email = ExtendedUser.objects.normalize_email(self.email) or None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new password signs the account out everywhere."""
        self.email = ExtendedUser.objects.normalize_email(self.email) or None
        has_new_password = self.pk is not None and self._password is not None
        super().save(*args, **kwargs)
        if has_new_password:
            self.auth_token_set.all().delete()

    def get_session_auth_hash(self) -> str:
        """What a session must carry: changes with the password and when it is signed out."""
        return f"{super().get_session_auth_hash()}-{self.sign_outs}"

    def sign_out(self) -> None:
        """End all sessions and tokens for good; saves nothing of the account but that."""
        self.sign_outs += 1
        self.save(update_fields=["sign_outs", "modified"])
        self.auth_token_set.all().delete()

    @property
    def may_sign_in(self) -> bool:
        """Whether the account is good for signing in and for staying so."""
        in_use = self.salon is None or self.salon.is_active
        return self.is_active and self.can_login and in_use
