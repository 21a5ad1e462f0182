"""Tests of the checks before serving: each refusal is one sentence that says what to do."""

from pathlib import Path

import asyncpg
import pytest

from app.commands.checks import look, require_ready
from app.commands.surroundings import StartRefusedError
from app.core.migrating import newest_revision
from app.postgres.addresses import Role
from app.postgres.cluster import Cluster
from app.settings import Settings
from tests.conftest import DatabaseUrls


async def test_a_ready_database_passes(settings: Settings, database_urls: DatabaseUrls) -> None:
    """As the app role on a migrated database every check is good."""
    found = await look(settings, database_urls.app)

    assert [check.name for check in found if not check.is_good] == []
    assert len(found) == 8


@pytest.mark.parametrize(
    ("role", "words"), [("owner", "own its tables"), ("superuser", "a superuser")]
)
async def test_a_mighty_role_is_refused(
    settings: Settings, database_urls: DatabaseUrls, role: str, words: str
) -> None:
    """Neither the owner nor a superuser may serve."""
    with pytest.raises(StartRefusedError, match=words):
        await require_ready(settings, getattr(database_urls, role))


async def test_open_migrations_are_refused(settings: Settings, database_urls: DatabaseUrls) -> None:
    """A schema of another revision ends the checks with what to run."""
    owner = await asyncpg.connect(database_urls.owner)
    await owner.execute("update alembic_version set version_num = 'older'")

    found = await look(settings, database_urls.app)

    revision = found[-1].name
    await owner.execute("update alembic_version set version_num = $1", newest_revision())
    await owner.close()
    assert (revision, found[-1].advice) == (
        "migrations",
        "The schema is not at the newest revision: run `cims migrate`.",
    )


async def test_missing_keys_are_refused(
    settings: Settings, database_urls: DatabaseUrls, tmp_path: Path
) -> None:
    """Without the key folder nothing starts."""
    elsewhere = settings.model_copy(update={"home": tmp_path})

    with pytest.raises(StartRefusedError):
        await require_ready(elsewhere, database_urls.app)


async def test_a_wrong_locale_is_refused(
    settings: Settings, database_urls: DatabaseUrls, cluster: Cluster
) -> None:
    """A database whose text is bytes is refused: Chinese names would not work."""
    superuser = await asyncpg.connect(database_urls.superuser)
    await superuser.execute(
        "create database bytes template template0 encoding 'SQL_ASCII' "
        "locale_provider libc locale 'C'"
    )
    await superuser.execute("grant connect on database bytes to cims_app")
    await superuser.close()

    found = await look(settings, cluster.addresses.dsn(Role.APP, "bytes"))

    assert next(check.name for check in found if not check.is_good) == "encoding and locale"


async def test_an_unreachable_database_is_refused(settings: Settings) -> None:
    """The sentence names the kind of failure and no password."""
    (check,) = await look(settings, "postgresql://cims_app:secret@127.0.0.1:1/cims")

    assert check.advice is not None
    assert "cannot be reached" in check.advice
    assert "secret" not in check.advice


async def test_rights_on_the_audit_are_refused(
    settings: Settings, database_urls: DatabaseUrls
) -> None:
    """An app role that could change lines may not serve."""
    owner = await asyncpg.connect(database_urls.owner)
    await owner.execute("grant update on audit_lines to cims_app")

    with pytest.raises(StartRefusedError, match="change the audit"):
        await require_ready(settings, database_urls.app)

    await owner.execute("revoke update on audit_lines from cims_app")
    await owner.close()
