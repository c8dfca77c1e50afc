"""Folding: text without case, accents and special letters, as searches and names compare it."""

import unicodedata

# Letters that NFKD does not decompose.
_LETTERS = str.maketrans(
    {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"}
    | {"ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "Ng", "\u00ad": "", "\u200d": "", "\u200c": ""}
)
# Letters of Arabic and Persian that are written for each other; the tatweel only widens a word.
# NFKD separates the hamza and the madda.
_ARABIC = {"ك": "ک", "ي": "ی", "ى": "ی", "ة": "ه", "ە": "ه", "ھ": "ه", "ٱ": "ا", "\u0640": ""}
_DIGITS = {
    chr(code): str(unicodedata.decimal(chr(code)))
    for code in range(0x80, 0x10000)
    if unicodedata.category(chr(code)) == "Nd"
}
_FOLDED = str.maketrans(_ARABIC | _DIGITS)


def fold(text: str) -> str:
    """Return a text in lower case, without accents, with special letters spelled out.

    Digits of all scripts are ASCII, and Arabic and Persian letters are the same.
    """
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.translate(_FOLDED)).casefold()
