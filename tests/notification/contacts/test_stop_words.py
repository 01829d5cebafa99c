"""STOP silences a sender for a phone, START lets it speak again; the provider answers both."""

from uuid import uuid4

import pytest

from notification.contacts import replies
from notification.contacts.actions import has_opted_out, opt_out
from notification.contacts.models import OptOut

pytestmark = pytest.mark.django_db

PHONE, SENDER, OTHER = "+12125550199", "+12125550110", "+12125550120"


def write(text):
    replies.store_reply(provider_id=f"SM{uuid4().hex}", sender=PHONE, recipient=SENDER, text=text)


@pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe", "REVOKE", "optout"])
def test_a_word_that_means_stop(word):
    write(word)
    assert has_opted_out(SENDER, PHONE)
    assert not has_opted_out(OTHER, PHONE)


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
def test_a_word_that_means_start(word):
    opt_out(SENDER, PHONE)
    opt_out(OTHER, PHONE)
    write(word)
    assert not has_opted_out(SENDER, PHONE)
    assert has_opted_out(OTHER, PHONE)


@pytest.mark.parametrize("text", ["please stop", "STOP it", "", "1", "stopp"])
def test_other_texts_change_nothing(text):
    write(text)
    assert not OptOut.objects.exists()


def test_an_old_stop_handed_over_again_does_not_silence_anew():
    for text in ("STOP", "START"):
        replies.store_reply(provider_id=f"SM{text}", sender=PHONE, recipient=SENDER, text=text)
    replies.store_reply(provider_id="SMSTOP", sender=PHONE, recipient=SENDER, text="STOP")
    assert not has_opted_out(SENDER, PHONE)
