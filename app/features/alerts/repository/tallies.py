"""Running tallies: read and written whole by whoever watches."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.alerts.tallies import Tally

OF_SOME: Final = Statement(
    "select who, slot, count, sketch, state from alert_tallies "
    "where rule_code = $1 and who = any($2) and slot >= $3",
    ("rule_code", "whos", "since"),
    {},
)
KEEP: Final = Statement(
    "insert into alert_tallies (rule_code, who, slot, count, sketch, state) "
    "select $1, * from unnest($2::text[], $3::timestamptz[], $4::int4[], $5::bytea[], $6::jsonb[]) "
    "on conflict (rule_code, who, slot) do update "
    "set count = excluded.count, sketch = excluded.sketch, state = excluded.state",
    ("rule_code", "whos", "slots", "counts", "sketches", "states"),
    {},
)
# Hours in which nothing was read are no hours of work.
USUAL: Final = Statement(
    "select who, percentile_disc(0.5) within group (order by counted) from ("
    "select who, sum(count) as counted from alert_tallies where rule_code = $1 and who = any($2) "
    "and slot >= $3 and slot < $4 group by who, date_trunc('hour', slot)) as hours group by who",
    ("rule_code", "whos", "since", "until"),
    {},
)
SLIM: Final = Statement(
    "update alert_tallies set sketch = null, state = null "
    "where slot >= $1 and slot < $2 and rule_code = any($3) and sketch is not null",
    ("since", "until", "rules"),
    {},
)
DROP: Final = Statement(
    "delete from alert_tallies where slot < $1 or (slot < $2 and rule_code <> all($3))",
    ("long_ago", "before", "rules"),
    {},
)


class TallyRepository:
    """Keeps the tallies."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def of(
        self, rule_code: str, whos: Collection[str], since: datetime
    ) -> dict[str, dict[datetime, Tally]]:
        """Return the tallies of these since a moment, by whom and slot."""
        asked = {"rule_code": rule_code, "whos": [*whos], "since": since}
        found: dict[str, dict[datetime, Tally]] = {}
        for who, slot, count, sketch, state in await self._work.fetch(OF_SOME, asked):
            found.setdefault(who, {})[slot] = Tally(count, sketch, **(state or {}))
        return found

    async def keep(self, rule_code: str, tallies: Mapping[str, Mapping[datetime, Tally]]) -> None:
        """Store what was counted just now."""
        rows = [
            (who, slot, tally.count, tally.sketch, tally.state())
            for who, slots in tallies.items()
            for slot, tally in slots.items()
            if tally.touched
        ]
        if rows:
            names = ("whos", "slots", "counts", "sketches", "states")
            columns: dict[str, Any] = dict(
                zip(names, map(list, zip(*rows, strict=True)), strict=True)
            )
            await self._work.fetch(KEEP, {"rule_code": rule_code, **columns})

    async def usual(
        self, rule_code: str, whos: Collection[str], since: datetime, until: datetime
    ) -> dict[str, int]:
        """Return for each the median of the hours in which something was counted, if any."""
        asked = {"rule_code": rule_code, "whos": [*whos], "since": since, "until": until}
        return {row[0]: int(row[1]) for row in await self._work.fetch(USUAL, asked)}

    async def tidy(self, rules: Collection[str], times: Mapping[str, datetime]) -> None:
        """Let go of sketches that no window needs, and of what is not compared with any more.

        Of the named rules the counts stay longer: they say what is usual.
        """
        await self._work.fetch(SLIM, {**times, "rules": [*rules]})
        await self._work.fetch(DROP, {**times, "rules": [*rules]})
