"""The reply box."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practice_phone.policies import LONGEST_BODY


class ReplyForm(forms.Form):
    """A text from the phone to one of the numbers that texted it."""

    body = forms.CharField(
        label=_("Reply"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("Reply as the customer…")}),
    )

    def __init__(self, *args: Any, senders: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender"] = forms.ChoiceField(label=_("To"), choices=senders)
