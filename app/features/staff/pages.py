"""Pages of what stands in memory: the lists of the contract, without a statement."""

from collections.abc import Iterable
from typing import Any, Final

from app.core.cursors import read_cursor, write_cursor
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed
from app.core.sealing import Sealing
from app.core.views import Listed

UNDERSTOOD: Final = frozenset({"limit", "cursor", "count"})


def page_of(
    items: Iterable[dict[str, Any]],
    key: str,
    asked: Asked,
    sealing: Sealing,
    filters: frozenset[str] = frozenset(),
) -> Listed:
    """Return the asked page of items, in the order of a member whose values are unique.

    `filters` are the parameters by which the items were narrowed already.
    """
    asked.only(*UNDERSTOOD, *filters)
    ordered = sorted(items, key=lambda item: str(item[key]))
    limit, cursor = read_limit(asked.one("limit")), asked.one("cursor")
    list_name = f"staff {key}{sorted(pair for pair in asked.pairs if pair[0] in filters) or ''}"
    last = read_cursor(sealing, list_name, cursor)[0] if cursor else ""
    rest = [item for item in ordered if str(item[key]) > last]
    more = len(rest) > limit
    following = write_cursor(sealing, list_name, [rest[limit - 1][key]]) if more else None
    return Listed(rest[:limit], following, _count(asked, len(ordered)))


def _count(asked: Asked, number: int) -> int | None:
    """Return the number if it is asked for; it stands in memory, so it is always exact."""
    wish = asked.one("count")
    if wish not in {None, "exact", "estimated"}:
        raise Malformed(faults=[Fault("/count", "choice-unknown")])
    return number if wish else None
