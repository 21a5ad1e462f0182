"""Scores and issues as the measuring writes them, for a batch of customers at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.clock import new_id
from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.quality.measuring import Measure, Subject
from app.features.quality.models import IssueKind

PARTS: Final = ("completeness", "validity", "freshness", "score")


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


PUT: Final = _ask(
    "insert into customer_quality (customer_id, completeness, validity, freshness, score, touched, "
    "measured_at) select customer_id, completeness, validity, freshness, score, touched::jsonb, $7 "
    "from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::smallint[], $5::smallint[], "
    "$6::text[]) as m (customer_id, completeness, validity, freshness, score, touched) "
    "on conflict (customer_id) do update set completeness = excluded.completeness, "
    "validity = excluded.validity, freshness = excluded.freshness, score = excluded.score, "
    "touched = excluded.touched, measured_at = excluded.measured_at",
    *("ids", *PARTS, "touched", "at"),
)
DROP: Final = _ask("delete from customer_quality where customer_id = any($1)", "ids")
OPEN: Final = _ask(
    "insert into quality_issues (customer_id, rule_code, issue_id, kind, state, opened_at) "
    "select customer_id, rule_code, issue_id, kind, 'open', $5 "
    "from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) "
    "as f (customer_id, rule_code, issue_id, kind) on conflict (customer_id, rule_code) "
    "do update set state = 'open', opened_at = excluded.opened_at, settled_at = null, "
    "settled_by = null where quality_issues.state = 'fixed' returning issue_id",
    *("customers", "codes", "issue_ids", "kinds", "at"),
)
CLOSE: Final = _ask(
    "update quality_issues i set state = 'fixed', settled_at = $4, settled_by = null "
    "where i.customer_id = any($1) and i.state <> 'fixed' and not exists (select 1 "
    "from unnest($2::uuid[], $3::text[]) as f (customer_id, rule_code) "
    "where f.customer_id = i.customer_id and f.rule_code = i.rule_code) returning issue_id",
    *("ids", "customers", "codes", "at"),
)


class ScoreRepository:
    """Writes what was measured, in the transaction under way."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def put(
        self,
        subjects: Mapping[UUID, Subject],
        measures: Mapping[UUID, Measure],
        at: datetime,
    ) -> None:
        """Keep the scores; a part without any rule is a whole one."""
        params: dict[str, Any] = {"ids": [*measures], "at": at}
        for name in PARTS:
            params[name] = [_part(getattr(one, name)) for one in measures.values()]
        params["touched"] = [_written(subjects[one].touched) for one in measures]
        await self._work.fetch(PUT, params)

    async def drop(self, ids: Sequence[UUID]) -> None:
        """Forget the scores of customers that are live no more."""
        await self._work.fetch(DROP, {"ids": [*ids]})

    async def settle(
        self, ids: Sequence[UUID], measures: Mapping[UUID, Measure], at: datetime
    ) -> tuple[int, int]:
        """Open the issues that were found and close those that were not; returns how many."""
        found = [
            (customer_id, rule.code, kind.value)
            for customer_id, one in measures.items()
            for kind, rules in ((IssueKind.INVALID, one.broken), (IssueKind.STALE, one.stale))
            for rule in rules
        ]
        customers, codes, kinds = ([one[place] for one in found] for place in range(3))
        pairs = {"customers": customers, "codes": codes, "at": at}
        closed = await self._work.fetch(CLOSE, {**pairs, "ids": [*ids]})
        if not found:
            return 0, len(closed)
        new = {"issue_ids": [new_id() for _ in found], "kinds": kinds}
        opened = await self._work.fetch(OPEN, {**pairs, **new})
        return len(opened), len(closed)


def _part(value: int | None) -> int:
    return 100 if value is None else value


def _written(touched: Mapping[str, datetime]) -> str:
    kept = {name: at.isoformat() for name, at in touched.items() if name != "measured"}
    return orjson.dumps(kept).decode()
