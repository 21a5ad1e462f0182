"""The staff directory: tokens become actors by the staff as it stands now."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from app.core.access import Actor, ActorKind
from app.core.clock import new_id, now
from app.core.database import Database, Waits
from app.core.keys import KeyRing
from app.core.problems import NotNow, NotSignedIn
from app.core.tokens import Tokens
from app.features.identity.ended import EndedSessions
from app.features.staff import directory as module
from app.features.staff.directory import StaffDirectory
from app.features.staff.models import UserStatus
from app.features.staff.roles import SHIPPED
from app.features.staff.seeding import PUT_DEPARTMENT
from tests.conftest import DatabaseUrls
from tests.core.rings import a_ring
from tests.features.staff.builders import Colleague, a_colleague, change
from tests.features.staff.waiting import ended, eventually

SALES = frozenset(next(role for role in SHIPPED if role.code == "sales").scopes())
SUSPEND = "update users set status = 'suspended' where user_id = $1"
RING: KeyRing = a_ring()
TOKENS = Tokens(RING, "cims", "cims")
OLDER_DIGEST = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAA"


@pytest.fixture
async def database(database_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """The database as the service sees it."""
    opened = await Database.connect(database_urls.app, size=2, waits=Waits())
    yield opened
    await opened.close()


@pytest.fixture
async def seller(database_urls: DatabaseUrls) -> Colleague:
    """An active sales user."""
    return await a_colleague(database_urls.owner, digest=OLDER_DIGEST)


@pytest.fixture
async def directory(database: Database, seller: Colleague) -> StaffDirectory:
    """A directory that has read the staff, the seller included."""
    opened = StaffDirectory(database, TOKENS, EndedSessions(database))
    await opened.refresh()
    return opened


def a_token(of: Colleague, scopes: frozenset[str] = SALES) -> str:
    """Issue a token of a user."""
    return TOKENS.issue(of.user_id, "cims", scopes, new_id())


def is_refused(directory: StaffDirectory, token: str) -> bool:
    """Whether a token's actor is not let in."""
    try:
        directory.actor(token)
    except NotSignedIn:
        return True
    return False


def test_token_names_an_actor(directory: StaffDirectory, seller: Colleague) -> None:
    """A good token yields its user with roles, scopes and its session."""
    token = a_token(seller)

    actor = directory.actor(token)

    assert (actor.actor_id, actor.username) == (seller.user_id, seller.username)
    assert (actor.kind, actor.roles, actor.scopes) == (ActorKind.PERSON, ("sales",), SALES)
    assert actor.session == str(TOKENS.verify(token).session)


def test_token_is_verified_once(
    directory: StaffDirectory, seller: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second use of a token takes the very same actor out of memory."""
    token = a_token(seller)
    first: Actor = directory.actor(token)
    monkeypatch.setattr(TOKENS, "verify", None)

    assert directory.actor(token) is first


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e" * 5000, "\x00"])
def test_what_is_no_token_is_refused(directory: StaffDirectory, token: str) -> None:
    """Anything else than a token of ours names nobody."""
    assert is_refused(directory, token)


def test_stranger_is_refused(directory: StaffDirectory) -> None:
    """A well-signed token of a user that there is not names nobody."""
    assert is_refused(directory, a_token(Colleague(new_id(), "ghost")))


@pytest.mark.parametrize(
    "scopes",
    [frozenset(), SALES | {"document:write"}, SALES - {"customers:write"}, frozenset({"x"})],
)
def test_scopes_must_be_those_of_now(
    directory: StaffDirectory, seller: Colleague, scopes: frozenset[str]
) -> None:
    """A token with more, fewer or other rights than its user has now is refused."""
    assert is_refused(directory, a_token(seller, scopes))


def test_expiry_is_checked_each_time(
    directory: StaffDirectory, seller: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token in memory ends when it ends, and is forgotten then."""
    token = a_token(seller)
    directory.actor(token)
    monkeypatch.setattr(module, "now", lambda: now() + timedelta(minutes=16))

    assert is_refused(directory, token)
    assert is_refused(directory, token)


@pytest.mark.parametrize("status", [one for one in UserStatus if one is not UserStatus.ACTIVE])
async def test_who_is_not_active_is_refused(
    directory: StaffDirectory, database_urls: DatabaseUrls, status: UserStatus
) -> None:
    """Only active users act."""
    other = await a_colleague(database_urls.owner, status=status, digest=OLDER_DIGEST)
    await directory.refresh()

    assert is_refused(directory, a_token(other))


async def test_suspension_counts_from_the_next_reading(
    directory: StaffDirectory, database_urls: DatabaseUrls, seller: Colleague
) -> None:
    """A user who is suspended loses the tokens in memory, too."""
    token = a_token(seller)
    directory.actor(token)
    await change(database_urls.owner, SUSPEND, seller.user_id)

    await directory.refresh()

    assert is_refused(directory, token)


async def test_new_role_counts_from_the_next_reading(
    directory: StaffDirectory, database_urls: DatabaseUrls, seller: Colleague
) -> None:
    """With other roles the old token is refused, and a new one bears the new rights."""
    token = a_token(seller)
    directory.actor(token)
    sql = "update users set roles = '{marketing}' where user_id = $1"
    await change(database_urls.owner, sql, seller.user_id)

    await directory.refresh()

    assert is_refused(directory, token)
    marketing = directory.staff.roles["marketing"].scopes
    assert directory.actor(a_token(seller, marketing)).roles == ("marketing",)


async def test_other_changes_leave_tokens_alone(
    directory: StaffDirectory, database_urls: DatabaseUrls, seller: Colleague
) -> None:
    """A change elsewhere costs a new look, not a new sign-in; a new place counts at once."""
    token = a_token(seller)
    assert directory.actor(token).departments == ()
    department_id = new_id()
    await change(database_urls.owner, PUT_DEPARTMENT, department_id, "North", None, None, now())
    moved = "update users set department_id = $2 where user_id = $1"
    await change(database_urls.owner, moved, seller.user_id, department_id)

    await directory.refresh()

    assert directory.actor(token).departments == (department_id,)


async def test_nothing_is_read_without_a_change(
    directory: StaffDirectory, database_urls: DatabaseUrls
) -> None:
    """Looking again costs one statement as long as nothing has changed."""
    before = directory.staff

    await directory.refresh()
    same = directory.staff
    await change(database_urls.owner, "select 1")
    await directory.refresh()

    assert same is before
    assert directory.staff is not before


def test_memory_is_bounded(
    directory: StaffDirectory, seller: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token seen first makes room for one too many, and is verified anew when it comes."""
    monkeypatch.setattr(module, "REMEMBERED_TOKENS", 2)
    tokens = [a_token(seller) for _ in range(3)]
    first, *others = [directory.actor(token) for token in tokens]

    assert [directory.actor(token) for token in tokens[1:]] == others
    assert directory.actor(tokens[0]) is not first


async def test_unread_directory_lets_nobody_in(database: Database, seller: Colleague) -> None:
    """Before the staff has been read, nobody can be told from a stranger."""
    directory = StaffDirectory(database, TOKENS, EndedSessions(database))

    with pytest.raises(NotNow):
        directory.actor(a_token(seller))
    with pytest.raises(NotNow):
        _ = directory.staff


async def test_empty_staff_is_fine(database: Database, database_urls: DatabaseUrls) -> None:
    """A database that has never counted a change is at epoch none."""
    owner = await asyncpg.connect(database_urls.owner)
    await owner.execute("delete from staff_epoch")
    directory = StaffDirectory(database, TOKENS, EndedSessions(database))

    await directory.refresh()

    assert directory.staff.epoch == 0
    await owner.close()


async def test_watching_sees_a_change(
    directory: StaffDirectory,
    database_urls: DatabaseUrls,
    seller: Colleague,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While it is watched, the directory follows the database."""
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    watching = asyncio.create_task(directory.watch())
    token = a_token(seller)
    directory.actor(token)

    await change(database_urls.owner, SUSPEND, seller.user_id)

    await eventually(lambda: is_refused(directory, token))
    await ended(watching)


async def test_watching_outlives_the_database(
    directory: StaffDirectory, seller: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the database the last staff serves for a while, then nobody; then all is well."""
    failures: list[Database] = []

    async def failing(database: Database) -> int:
        failures.append(database)
        raise NotNow

    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    token = a_token(seller)
    watching = asyncio.create_task(directory.watch())
    with monkeypatch.context() as lost:
        lost.setattr(module, "read_epoch", failing)
        await eventually(lambda: len(failures) > 2)
        assert not is_refused(directory, token)
        lost.setattr(module, "BLIND_SECONDS", 0.0)
        await eventually(lambda: is_blind(directory, token))

    await eventually(lambda: not is_blind(directory, token))
    assert directory.actor(token).actor_id == seller.user_id
    await ended(watching)


async def test_broken_watch_lets_nobody_in(
    directory: StaffDirectory, seller: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A watch that ends for whatever reason takes the staff with it: stale rights are none."""
    directory.actor(a_token(seller))
    monkeypatch.setattr(module, "read_epoch", None)
    watching = asyncio.create_task(directory.watch())

    with pytest.raises(TypeError):
        await watching

    with pytest.raises(NotNow):
        directory.actor(a_token(seller))


def is_blind(directory: StaffDirectory, token: str) -> bool:
    """Whether the directory lets nobody in."""
    try:
        directory.actor(token)
    except NotNow:
        return True
    return False
