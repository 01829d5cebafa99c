"""Accounts: inviting, signing in, changing, deactivating."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dramatiq
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from core.api.errors import Refusal, build_field_refusal
from core.jobs import enqueue
from salon.models import Salon
from user.invitations.links import build_invitation_link
from user.models import ADDRESS_TAKEN, ExtendedUser
from user.signals import deactivating
from user.tasks import mail_invitation, mail_password_reset

NO_ACCOUNT_ID = 0  # the id of no account
IN_CHARGE_FIELDS = (
    "is_owner",
    "is_active",
    "can_login",
)  # what makes an account one that runs its salon


def create_api_token(user: ExtendedUser) -> str:
    """A token for the API; those that are out of date go."""
    AuthToken.objects.filter(user=user, expiry__lte=timezone.now()).delete()
    _row, token = AuthToken.objects.create(user)
    return str(token)


def open_salon(values: dict[str, Any], owner_email: str, owner_name: str) -> ExtendedUser:
    """A new salon with fields `values`; answers its owner, who comes with an `invitation`.

    Nothing is mailed: whoever opens a salon waits for the mail server's answer.

    Raises:
        ValidationError: a field can't be, or the address or the sender is in use. Its
            `message_dict` holds all that is wrong; the owner's are `owner_name`, `owner_email`.
    """
    salon = Salon(**values)
    owner = ExtendedUser(salon=salon, email=owner_email or None, name=owner_name, is_owner=True)
    owner.set_unusable_password()
    with transaction.atomic():
        wrong = collect_validation_errors(salon) | collect_validation_errors(
            owner, "owner_", exclude={"salon"}
        )
        if not owner_email:
            wrong["owner_email"] = [_("Give an e-mail to sign in with.")]
        if wrong:
            raise ValidationError(wrong)
        salon.save()
        owner.save()
    owner.invitation = build_invitation_link(owner)
    return owner


def collect_validation_errors(
    record: models.Model, prefix: str = "", exclude: set[str] | None = None
) -> dict[str, list[str]]:
    """What the model finds wrong with `record`, by field, each name after `prefix`."""
    try:
        record.full_clean(exclude=exclude)
    except ValidationError as error:
        return {prefix + field: says for field, says in error.message_dict.items()}
    return {}


def add_staff_member(salon: Salon, values: dict[str, Any]) -> ExtendedUser:
    """A new account of `salon`; one that may sign in comes with its `invitation`, mailed too.

    `values` are fields of ExtendedUser. Without an e-mail nobody signs in.

    Raises:
        Refusal: the address was just taken (400).
    """
    values = {"can_login": bool(values.get("email")), **values}
    with translate_taken_address(), transaction.atomic():
        user = ExtendedUser.objects.create_user(salon=salon, **values)
        return send_invitation(user) if user.email and user.may_sign_in else user


def invite_staff_member(user: ExtendedUser) -> ExtendedUser:
    """`user` with a fresh `invitation`, mailed too, for one who has never set a password.

    Raises:
        Refusal: 409 `already_joined`, or 400 when the account may not sign in.
    """
    if user.has_usable_password():
        raise Refusal("already_joined", _("This account has a password already."))
    if not (user.email and user.may_sign_in):
        raise build_field_refusal("email", "cannot_sign_in", _("Give an e-mail to sign in with."))
    return send_invitation(user)


def send_invitation(user: ExtendedUser) -> ExtendedUser:
    """Have a worker mail the invitation, and show a link at once: mails can be late or lost."""
    enqueue.enqueue_calls_on_commit([build_mail_call(mail_invitation, user.pk)])
    user.invitation = build_invitation_link(user)
    return user


def request_password_reset(email: str) -> None:
    """Have a worker mail a link for a new password to the account with this address.

    The same is done whether there is one or not, so that neither answer nor time tells.

    Raises:
        Refusal: no worker can be told at the moment (503 `unavailable`).
    """
    address = ExtendedUser.objects.normalize_email(email)
    found = ExtendedUser.objects.filter(email=address).values_list("pk", flat=True).first()
    try:
        enqueue.enqueue_calls([build_mail_call(mail_password_reset, found or NO_ACCOUNT_ID)])
    except enqueue.REDIS_FAILURES as error:
        detail = _("Mails can't be sent at the moment. Try again later.")
        raise Refusal("unavailable", detail, status_code=503) from error


def build_mail_call(actor: "dramatiq.Actor[..., Any]", user_id: int) -> enqueue.ActorCall:
    return enqueue.ActorCall(actor, (user_id,), str(uuid.uuid4()))


def change_staff_member(user_id: int, values: dict[str, Any]) -> ExtendedUser:
    """Change fields of an account of a salon. One that may not sign in any more is signed out;
    one that now may, or gets another e-mail, before it has a password comes with its `invitation`.

    Raises:
        Refusal: its salon would be left without an owner who can sign in (409 `last_owner`), the
            address was just taken (400), or a receiver of `deactivating` objects.
    """
    with translate_taken_address(), transaction.atomic():
        lock_salon_of_user(user_id)
        user = ExtendedUser.objects.select_for_update(no_key=True).get(pk=user_id)
        address = get_invitation_address(user)
        could_sign_in, was_in_charge = user.may_sign_in, is_in_charge(user)
        if user.is_active and not values.get("is_active", True):
            deactivating.send(ExtendedUser, user=user)
        for name, value in values.items():
            setattr(user, name, value)
        if was_in_charge and not is_in_charge(user):
            check_not_last_owner(user, values)
        if values:
            user.save(update_fields=[*values, "modified"])
        if could_sign_in and not user.may_sign_in:
            user.sign_out()
        return user if get_invitation_address(user) in {"", address} else send_invitation(user)


def get_invitation_address(user: ExtendedUser) -> str:
    """The address that an invitation would be mailed to; "" where there is none to be."""
    is_open = user.may_sign_in and not user.has_usable_password()
    return user.email or "" if is_open else ""


@contextmanager
def translate_taken_address() -> Iterator[None]:
    """Two who give the same e-mail at one moment: the database refuses the second."""
    try:
        yield
    except IntegrityError as error:
        if "email" not in str(error):
            raise
        raise build_field_refusal("email", "invalid", str(ADDRESS_TAKEN)) from error


def lock_salon_of_user(user_id: int) -> None:
    """Hold the salon's row: who runs it is decided one at a time."""
    salon_id = ExtendedUser.objects.values_list("salon_id", flat=True).get(pk=user_id)
    Salon.objects.select_for_update(no_key=True).filter(pk=salon_id or 0).first()


def is_in_charge(user: ExtendedUser) -> bool:
    """Whether the account can run its salon."""
    return all(getattr(user, name) for name in IN_CHARGE_FIELDS)


def check_not_last_owner(user: ExtendedUser, values: dict[str, Any]) -> None:
    """A salon keeps an owner who can sign in: call this with the salon's row locked.

    Raises:
        Refusal: 409 `last_owner`, beside those of `values` that would leave it without.
    """
    if not has_other_owner(user):
        detail = _("A salon needs an owner who can sign in.")
        wrong = {name: [detail] for name in IN_CHARGE_FIELDS if not values.get(name, True)}
        raise Refusal("last_owner", detail, errors=wrong)


def is_last_owner(user: ExtendedUser) -> bool:
    """Whether the salon would have nobody to run it without this account."""
    return is_in_charge(user) and not has_other_owner(user)


def has_other_owner(user: ExtendedUser) -> bool:
    """Whether another owner of the salon can sign in."""
    in_charge = dict.fromkeys(IN_CHARGE_FIELDS, True)
    others = ExtendedUser.objects.filter(salon=user.salon, **in_charge).exclude(pk=user.pk)
    # One who was invited and never set a password can't let anybody in when the link has died.
    return any(other.has_usable_password() for other in others)
