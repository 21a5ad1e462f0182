"""Queries: the pairs of an address, read within limits and without surprises."""

from typing import Final
from urllib.parse import parse_qsl

from app.core.paging import Asked
from app.core.problems import Fault, FieldNotAvailable, Malformed, TooLarge, Unreadable
from app.http.asgi import Scope

LONGEST: Final = 8192
MOST: Final = 100
DRY_RUN: Final = "dry_run"
WORDS: Final = {"true": True, "false": False}


def read_query(scope: Scope) -> Asked:
    """Read the query of a request; raises TooLarge or Unreadable."""
    raw: bytes = scope["query_string"]
    if not raw:
        return Asked()
    if len(raw) > LONGEST:
        raise TooLarge
    try:
        text = raw.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST)
    except ValueError:
        raise Unreadable from None
    if any("\0" in part for pair in pairs for part in pair):
        raise Unreadable
    return Asked(tuple(pairs))


def refuse_query(scope: Scope) -> None:
    """Refuse what stands in the address of a change, where it would do nothing unnoticed."""
    if scope["query_string"]:
        raise FieldNotAvailable(names=[name for name, _ in read_query(scope).pairs])


def read_options(scope: Scope) -> dict[str, bool]:
    """Read what a table cannot say of itself; a misspelt dry run is refused, never carried out."""
    text = read_query(scope).only(DRY_RUN).one(DRY_RUN)
    if text is None:
        return {}
    if text not in WORDS:
        raise Malformed(faults=[Fault(f"/{DRY_RUN}", "choice-unknown")])
    return {DRY_RUN: WORDS[text]}
