"""Issues within the actor's reach, of rules whose every field the actor sees there."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, and_, any_, bindparam, false, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.access import Decision, Policy
from app.core.clock import now
from app.core.grants import Where
from app.core.permissions import Permission
from app.core.quality_rules import QualityRule
from app.core.reach import any_holds, within_reach
from app.core.reading import reach_of
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.quality.models import QUALITY_ISSUES
from app.features.quality.seeing import wheres_of

ISSUES: Final = QUALITY_ISSUES.c
OF_CUSTOMER: Final = ("owner_id", "department_id")
SETTLE: Final = Statement(
    "update quality_issues set state = $3, settled_at = $4, settled_by = $5 "
    "where customer_id = $1 and rule_code = $2",
    ("customer_id", "rule_code", "state", "settled_at", "settled_by"),
    {},
)


class IssueRepository:
    """Reads issues, and settles them."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def page(
        self, rules: Iterable[QualityRule], narrowed: Mapping[str, Any], most: int
    ) -> list[dict[str, Any]]:
        """Return issues, the newest first."""
        statement = _listed(self._work.actor.policy, rules, tuple(sorted(narrowed)))
        return await self._rows(statement, {**narrowed, "most": most})

    async def find(
        self,
        rules: Iterable[QualityRule],
        issue_id: UUID,
        act: Permission = Permission.QUALITY_READ,
    ) -> dict[str, Any] | None:
        """Return an issue, if the act may be done to its customer."""
        statement = _listed(self._work.actor.policy, rules, ("issue_id",), act)
        rows = await self._rows(statement, {"issue_id": issue_id, "most": 1})
        return rows[0] if rows else None

    async def settle(self, issue: Mapping[str, Any], state: str) -> dict[str, Any]:
        """Put an issue into a state, and return it as it is then."""
        settled = {"state": state, "settled_at": now(), "settled_by": self._work.actor.actor_id}
        after = {**issue, **settled}
        await self._work.fetch(SETTLE, after)
        return after

    async def _rows(self, statement: Statement, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return rows, with owner and department for those only who see them everywhere."""
        rows = [dict(row) for row in await self._work.fetch(statement, params)]
        policy = self._work.actor.policy
        hidden = [n for n in OF_CUSTOMER if not _sees_everywhere(policy, n)]
        return [{**row, **dict.fromkeys(hidden)} for row in rows]


def _sees_everywhere(policy: Policy, name: str) -> bool:
    entry = Customer.fields[name]
    return all(part.on_read(entry) is Decision.SHOW for part in policy.parts or (policy,))


def _listed(
    policy: Policy,
    rules: Iterable[QualityRule],
    narrowed: tuple[str, ...],
    act: Permission = Permission.QUALITY_READ,
) -> Statement:
    """Compile the question: rules are data, so that it is not kept."""
    customers = Customer.table
    used = [Customer.fields[name] for name in OF_CUSTOMER if name in narrowed]
    columns = [*ISSUES, *(customers.c[name] for name in OF_CUSTOMER)]
    table = QUALITY_ISSUES.join(customers, customers.c.customer_id == ISSUES.customer_id)
    asked = (
        select(*columns)
        .select_from(table)
        .where(_visible(policy, rules), *(_condition(name) for name in narrowed))
        .order_by(ISSUES.issue_id.desc())
        .limit(bindparam("most", type_=Integer))
    )
    # The table of customers is there already: reach is asked of it.
    needed = reach_of(Customer, policy, used, act)
    return compile_statement(within_reach(asked, customers, policy, *needed))


def _visible(policy: Policy, rules: Iterable[QualityRule]) -> Any:
    """Say of which rules issues are there, and for which customers each."""
    codes: dict[tuple[Where, ...], list[str]] = {}
    for rule in rules:
        if wheres := wheres_of(policy, rule):
            codes.setdefault(wheres, []).append(rule.code)
    return or_(
        false(),
        *(
            and_(
                ISSUES.rule_code == any_(bindparam(None, held, type_=ARRAY(Text), unique=True)),
                any_holds(wheres, Customer.table),
            )
            for wheres, held in codes.items()
        ),
    )


def _condition(name: str) -> Any:
    if name == "before":
        return ISSUES.issue_id < bindparam("before", type_=Uuid)
    if name == "rule":
        return ISSUES.rule_code == bindparam("rule", type_=Text)
    column = Customer.table.c[name] if name in OF_CUSTOMER else ISSUES[name]
    return column == bindparam(name, type_=column.type)
