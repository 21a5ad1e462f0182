"""Tests of privileges: each role gets what the tables declare, and nothing else."""

import asyncpg

from app.core.privileges import apply, statements
from app.core.records import PLACED
from app.tables import load_all
from tests.conftest import DatabaseUrls

GRANTED = (
    "select table_name, grantee, privilege_type from information_schema.role_table_grants "
    "where grantee in ('cims_app', 'cims_auditor')"
)


async def test_each_role_has_what_is_declared(database_urls: DatabaseUrls) -> None:
    """Applied twice, and over a grant that nobody declared, it comes out the same."""
    load_all()
    owner = await asyncpg.connect(database_urls.owner)
    await owner.execute("grant delete on audit_lines to cims_app")
    await owner.execute("grant select on customers to cims_auditor")
    await apply(owner)
    await apply(owner)

    rows = await owner.fetch(GRANTED)
    await owner.close()

    granted = {(r["table_name"], r["grantee"], r["privilege_type"]) for r in rows}
    declared = {
        (name, role, right)
        for name, placed in PLACED.items()
        for role, rights in (("cims_app", placed.app_may), ("cims_auditor", placed.auditor_may))
        for right in rights
    }
    assert {grant for grant in granted if grant[0] in PLACED} == declared
    assert ("audit_lines", "cims_app", "DELETE") not in granted


def test_every_table_is_cleared_before_it_is_granted() -> None:
    """Rights are taken first, so that a narrower declaration takes effect."""
    load_all()
    said = statements()

    for name in PLACED:
        about = [one for one in said if f" on {name} " in one]
        assert about[0].startswith("revoke all")
        assert all(one.startswith("grant") for one in about[1:])
