"""Signing in: one answer for every refusal, all of it on record, and the staff as it is now."""

from collections.abc import AsyncIterator

import pytest

from app.core.access import ActorKind
from app.core.audit import Line
from app.core.passwords import Passwords
from app.core.tokens import Tokens
from app.core.work import Platform, UnitOfWork
from app.features.identity.ended import EndedSessions
from app.features.identity.grants import Grant, GrantType
from app.features.identity.problems import SignInFailed
from app.features.identity.service import Desk, SignInService
from app.features.staff.directory import StaffDirectory
from app.features.staff.models import UserStatus
from tests.conftest import DatabaseUrls
from tests.core.rings import a_ring
from tests.features.identity.signing_in import form_of, password_of, sent
from tests.features.staff.builders import PASSWORD, a_colleague, change
from tests.service import Service

# PASSWORD under a third of today's rounds and half of the memory.
WEAK = (
    "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA"
    "$EstMPFmPwEV1ZKsYgQUv5J+Zg0iQylaykGB5kmbPnSE"
)


@pytest.fixture(scope="module")
async def desk(platform: Platform) -> AsyncIterator[Desk]:
    """What signing in needs, on this module's database."""
    tokens = Tokens(a_ring(), "cims", "cims")
    directory = StaffDirectory(platform.database, tokens, EndedSessions(platform.database))
    desk = Desk(directory=directory, tokens=tokens, passwords=Passwords())
    await desk.directory.refresh()
    yield desk
    desk.passwords.close()


@pytest.mark.parametrize(
    "statement",
    [
        "delete from users where user_id = $1",
        "update users set status = 'suspended' where user_id = $1",
    ],
)
async def test_who_leaves_meanwhile_is_refused(
    platform: Platform,
    desk: Desk,
    database_urls: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
    digest: str,
    statement: str,
) -> None:
    """A user who goes while the password is being checked gets the answer of all refusals."""
    colleague = await a_colleague(database_urls.owner, digest=digest)
    verify = Passwords.verify

    async def slowly(self: Passwords, password: str, digest: str | None) -> bool:
        fits = await verify(self, password, digest)
        await change(database_urls.owner, statement, colleague.user_id)
        return fits

    monkeypatch.setattr(Passwords, "verify", slowly)
    work = UnitOfWork(platform, Line("request-1"))

    with pytest.raises(SignInFailed):
        await SignInService(work, desk).sign_in(
            Grant(GrantType.PASSWORD, colleague.username, PASSWORD)
        )

    assert work.actor.kind is ActorKind.NOBODY
    assert work.line.detail.keys() == {"username"}


async def test_fresh_user_signs_in_at_once(
    platform: Platform, desk: Desk, database_urls: DatabaseUrls, digest: str
) -> None:
    """A user opened a moment ago need not wait until the directory looks again."""
    colleague = await a_colleague(database_urls.owner, digest=digest)
    work = UnitOfWork(platform, Line("request-1"))

    shown = await SignInService(work, desk).sign_in(
        Grant(GrantType.PASSWORD, colleague.username, PASSWORD)
    )

    assert desk.directory.actor(shown.values["access_token"]) is work.actor
    assert (work.actor.actor_id, work.line.actor) == (colleague.user_id, work.actor)
    assert work.line.detail == {}


@pytest.mark.parametrize("name", ["a\x00b", "", "a" * 101])
async def test_what_is_no_name_is_nobodys(platform: Platform, desk: Desk, name: str) -> None:
    """A text that PostgreSQL does not take is looked up as nobody's name."""
    work = UnitOfWork(platform, Line("request-1"))

    with pytest.raises(SignInFailed):
        await SignInService(work, desk).sign_in(Grant(GrantType.PASSWORD, name, PASSWORD))


async def test_all_refusals_are_one(service: Service, digest: str) -> None:
    """Unknown, mistaken, suspended, invited and departed users get the same answer."""
    named = [
        await a_colleague(service.owner_url, status=status, digest=digest)
        for status in UserStatus
        if status is not UserStatus.ACTIVE
    ]
    forms = [form_of(one.username) for one in named]
    forms += [
        form_of("sales", "wrong"),
        form_of("nobody"),
        form_of("nobody\x07"),
        form_of("a" * 500),
    ]

    answers = [await sent(service, form) for form in forms]

    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert {answer.status_code for answer in answers} == {401}
    assert bodies[0]["type"] == "/problems/sign-in-failed"
    assert bodies[0]["error"] == "invalid_grant"
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}


async def test_success_is_on_record(service: Service) -> None:
    """The line of a sign-in names the user, and no credential."""
    password = password_of(service, "sales")
    answer = await sent(service, form_of("sales", password))

    (line,) = await service.lines_of(answer)

    me = (await (await service.as_("sales")).get("/v1/me")).json()
    assert (line["operation"], line["status"]) == ("create_token", 200)
    assert (str(line["actor_id"]), line["roles"]) == (me["user_id"], ["sales"])
    assert password not in str(line)
    assert answer.json()["access_token"] not in str(line)


async def test_failure_is_on_record(service: Service) -> None:
    """The line of a failure holds a digest of the name that was tried, the same each time."""
    tried = [
        await sent(service, form_of(name, "open sesame")) for name in ("王芳", " 王芳 ", "李雷")
    ]

    lines = [line for answer in tried for line in await service.lines_of(answer)]

    assert {line["status"] for line in lines} == {401}
    assert {line["actor_kind"] for line in lines} == {"nobody"}
    assert lines[0]["detail"] == lines[1]["detail"] != lines[2]["detail"]
    assert "username" in lines[0]["detail"]
    assert not any(text in str(lines) for text in ("王芳", "李雷", "open sesame"))


async def test_suspended_user_is_out_at_once(service: Service, digest: str) -> None:
    """A user who is suspended cannot sign in, from that moment on."""
    colleague = await a_colleague(service.owner_url, digest=digest)
    before = await sent(service, form_of(colleague.username))

    sql = "update users set status = 'suspended' where user_id = $1"
    await change(service.owner_url, sql, colleague.user_id)
    after = await sent(service, form_of(colleague.username))

    assert (before.status_code, after.status_code) == (200, 401)


async def test_weak_digest_is_renewed(service: Service) -> None:
    """A digest of former parameters is replaced at sign-in, on record, and the password stays."""
    colleague = await a_colleague(service.owner_url, digest=WEAK)

    first = await sent(service, form_of(colleague.username))
    again = await sent(service, form_of(colleague.username))

    assert (first.status_code, again.status_code) == (200, 200)
    (line,), (next_line,) = await service.lines_of(first), await service.lines_of(again)
    assert (line["changed"], next_line["changed"]) == (["password_digest"], [])
    assert line["status"] == 200
