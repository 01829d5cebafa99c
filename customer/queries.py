"""Finding a customer by what staff type: words of a name, part of a number, an e-mail."""

import re

from django.db.models import Q, QuerySet

from customer.models import Customer
from customer.spelling import list_spellings

MOST_WORDS = 8  # more narrow nothing down, and each is one more comparison a row
FEWEST_DIGITS = 3
PHONE_PATTERN = re.compile(r"[0-9()+./\s-]+")


def search_customers(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Those in whom every word of `text` is found; a phone number may be written with blanks."""
    text = text.replace("\0", " ")
    words = [text] if PHONE_PATTERN.fullmatch(text) else text.split()[:MOST_WORDS]
    for word in words:
        customers = customers.filter(build_word_filter(word.strip()))
    return customers


def build_word_filter(word: str) -> Q:
    """Rows in whose name, e-mail, phone number or code of the old book `word` is found."""
    rows = build_name_filter(word) | Q(email__icontains=word) | Q(external_id__icontains=word)
    digits = re.sub(r"[^0-9]", "", word).lstrip("0")  # 0171… is stored as +49171…
    if len(digits) >= FEWEST_DIGITS:
        rows |= Q(phone_number__contains=digits)
    return rows


def build_name_filter(word: str) -> Q:
    """Rows whose name holds `word`, in any case and with or without accents."""
    return Q(*[("search_name__contains", one) for one in list_spellings(word)], _connector=Q.OR)
