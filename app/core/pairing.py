"""Pairing: likely doubles found by a change are kept with it."""

from sqlalchemy import CTE, DateTime, Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgresql_insert

from app.core.records import DUPLICATES


def paired(changed: CTE) -> CTE:
    """Keep the pairs that share something as possible doubles: once, the younger record first."""
    given = func.unnest(
        bindparam("pair_others", type_=ARRAY(Uuid)), bindparam("pair_reasons", type_=ARRAY(Text))
    )
    pairs = given.table_valued("other_id", "reason").render_derived(name="pair")
    rows = select(
        func.greatest(changed.c.customer_id, pairs.c.other_id),
        func.least(changed.c.customer_id, pairs.c.other_id),
        func.string_to_array(pairs.c.reason, ","),
        bindparam("ended_at", type_=DateTime(timezone=True)),
    ).select_from(changed, pairs)
    names = ["customer_id", "other_id", "reasons", "found_at"]
    pairing = postgresql_insert(DUPLICATES).from_select(names, rows)
    known, told = DUPLICATES.c.reasons, pairing.excluded.reasons
    more = pairing.on_conflict_do_update(
        index_elements=names[:2],
        set_={"reasons": known.op("||")(told)},
        where=~known.contains(told),
    )
    return more.cte("paired")
