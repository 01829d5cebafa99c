"""Names as they are compared: Müller, MULLER and mueller are one to whoever looks for them."""

import unicodedata

# Letters that are no letter with a mark, as they are usually written without them.
UNACCENTED_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ħ": "h"}
)
# What is written where a keyboard lacks the letter.
SPELLED_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
FEWEST_LETTERS = 5  # of a word that may be spelled out: Joe is not Jo


def fold_text(text: str) -> str:
    """`text` in small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(UNACCENTED_LETTERS)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def list_spellings(word: str) -> set[str]:
    """The folded words that `word` may stand as: Mueller as muller, Müller as mueller."""
    spelled_out = unicodedata.normalize("NFC", word.casefold())
    for letter, pair in SPELLED_OUT.items():
        spelled_out = spelled_out.replace(letter, pair)
    found = {fold_text(word), fold_text(spelled_out)}
    if len(word) >= FEWEST_LETTERS:
        for letter, pair in SPELLED_OUT.items():
            found |= {one.replace(pair, fold_text(letter)) for one in found}
    return found - {""}
