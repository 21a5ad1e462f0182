"""What a password must be (NIST SP 800-63B): long, and not what everybody guesses first."""

import re
import unicodedata
from typing import Final

from app.features.identity.blocklist import folded, is_common

LENGTH: Final = 15
LENGTH_WITH_FACTOR: Final = 8
LONGEST: Final = 256
# What an attacker puts together first, knowing where he stands.
PRODUCT_WORDS: Final = (
    *("administrator", "customer", "information", "management", "system", "password", "passwort"),
    *("admin", "cims", "crm", "login", "客户信息管理系统", "客户", "信息", "管理", "系统", "密码"),
)
# So many characters must remain when such words, the own name, digits and signs are taken out ...
REMAINDER: Final = 6
# ... and so many different ones in all.
DIFFERENT: Final = 5
REPEATED: Final = re.compile(r"(.+?)\1+")
NOT_LETTERS: Final = re.compile(r"[\W\d_]+")


def fault_of(password: str, username: str, *, has_factor: bool) -> str | None:
    """Return the code of what is wrong with a new password, if anything is.

    No kind of character is demanded and none is refused.
    """
    normal = unicodedata.normalize("NFC", password)
    if len(normal) < (LENGTH_WITH_FACTOR if has_factor else LENGTH):
        return "password-short-with-factor" if has_factor else "password-short"
    if len(normal) > LONGEST:
        return "text-too-long"
    return "password-common" if _is_guessed(folded(normal), folded(username)) else None


def _is_guessed(text: str, username: str) -> bool:
    """Whether it is on the list, only dressed up, or made of what is known of the account."""
    letters = NOT_LETTERS.sub("", text)
    plain = {text, letters, _unit(text), _unit(letters)}
    if len(set(text)) < DIFFERENT or any(map(is_common, plain)):
        return True
    return _is_made_of_known_words(letters, NOT_LETTERS.sub("", username), text)


def _unit(text: str) -> str:
    """Return what a text repeats from end to end, or the text."""
    match = REPEATED.fullmatch(text)
    return match[1] if match else text


def _is_made_of_known_words(letters: str, username: str, text: str) -> bool:
    words = [word for word in (username, *PRODUCT_WORDS) if len(word) > 1 and word in letters]
    if not words:
        return False
    rest = letters
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < min(REMAINDER, len(text))
