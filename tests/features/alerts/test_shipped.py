"""Tests of the shipped rules: documented in both languages, and put in order by a release."""

from pathlib import Path
from typing import Final

import asyncpg

from app.features.alerts.seeding import ensure_alert_rules
from app.features.alerts.shipped import SHIPPED
from tests.conftest import NewDatabase

PAGE: Final = Path(__file__).parents[3] / "docs" / "alerts.md"
EDIT: Final = (
    "update alert_rules set severity = 'info', enabled = false, changed_by = $1, version = 2"
)
STALE: Final = "update alert_rules set parameters = '{}' where code = 'at_night'"
ALL: Final = "select code, severity, enabled, version, parameters from alert_rules order by code"


def test_the_page_lists_them() -> None:
    """The table of docs/alerts.md names every rule, its kind and severity, in both languages."""
    page = PAGE.read_text()
    for rule in SHIPPED:
        assert (
            f"| `{rule.code}` | {rule.en} | {rule.zh} | `{rule.kind}` | {rule.severity} |" in page
        )
    assert page.count("\n| `") >= len(SHIPPED)


async def test_a_release_renews_what_nobody_has_edited(new_database: NewDatabase) -> None:
    """Twice is like once; a rule that the release has changed is the next version."""
    connection = await asyncpg.connect((await new_database()).owner)
    before = await connection.fetch(ALL)
    await ensure_alert_rules(connection)
    assert await connection.fetch(ALL) == before

    await connection.execute(STALE)
    await ensure_alert_rules(connection)

    after = {row["code"]: row for row in await connection.fetch(ALL)}
    assert after["at_night"]["version"] == 2
    assert '"night_from"' in after["at_night"]["parameters"]
    assert len(after) == len(SHIPPED) == len(before)
    await connection.close()


async def test_a_release_leaves_what_somebody_has_edited(new_database: NewDatabase) -> None:
    """What was switched off stays switched off."""
    connection = await asyncpg.connect((await new_database()).owner)
    editor = await connection.fetchval("select gen_random_uuid()")
    await connection.execute(EDIT, editor)

    await ensure_alert_rules(connection)

    for row in await connection.fetch(ALL):
        assert (row["severity"], row["enabled"], row["version"]) == ("info", False, 2)
    await connection.close()
