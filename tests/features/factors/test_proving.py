"""Proving a factor: each proof once, guesses slowed down, and nothing told of what was wrong."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import pytest

from app.core.clock import new_id, now
from app.core.work import Platform
from app.features.factors.problems import FactorRefused, TooManyTries
from app.features.factors.repository import FIRST_WAIT, FREE_TRIES, LONGEST_WAIT, FactorRepository
from app.features.factors.schemas import NewApp
from app.features.factors.service import FactorProof, Method, SecondFactors
from app.features.factors.totp import STEP
from tests.conftest import DatabaseUrls
from tests.features.factors.builders import App, Person, an_app, code_now, recovery
from tests.features.factors.conftest import NewPerson

WRONG = FactorProof(Method.OTP, "12345x")


async def tried(person: Person, proof: FactorProof) -> str:
    """Try a proof, and return how it ended."""
    try:
        shown = await SecondFactors(person.work()).verify(person.user_id, proof)
    except (FactorRefused, TooManyTries) as problem:
        return problem.slug
    assert timedelta() <= now() - shown < timedelta(seconds=5)
    return "shown"


async def wait_over(urls: DatabaseUrls, person: Person) -> None:
    """Let the time of waiting be over."""
    connection = await asyncpg.connect(urls.owner)
    sql = "update factor_attempts set next_at = $2 where user_id = $1"
    await connection.execute(sql, person.user_id, now())
    await connection.close()


async def test_who_has_no_factor_has_no_method(person: Person) -> None:
    """Signing in by password stays as it is; any proof is refused."""
    assert await SecondFactors(person.work()).methods(person.user_id) == []
    for proof in (WRONG, recovery("ABCD"), FactorProof(Method.ASSERTION, {"id": "AQ"})):
        assert await tried(person, proof) == "factor-refused"


async def test_who_has_an_app_shows_codes(person: Person) -> None:
    """An app brings two methods: its codes, and the recovery codes that came with it."""
    app = await an_app(person)
    work = person.work()

    assert await SecondFactors(work).methods(person.user_id) == ["otp", "recovery_code"]
    await SecondFactors(work).verify(person.user_id, app.proof())
    assert work.line.detail == {"factor": "otp"}


async def test_a_code_serves_once(person: Person) -> None:
    """Shown again it is refused, and so is one from before it."""
    app = await an_app(person)

    ends = [await tried(person, proof) for proof in (app.proof(1), app.proof(1), app.proof())]

    assert ends == ["shown", "factor-refused", "factor-refused"]


async def test_the_code_that_confirmed_an_app_is_used(person: Person) -> None:
    """It cannot serve for a sign-in right after."""
    app = await an_app(person)

    assert await tried(person, app.proof(-1)) == "factor-refused"


async def test_of_twenty_at_once_one_is_right(person: Person) -> None:
    """The same code from twenty requests at the same time opens one door."""
    app = await an_app(person)
    proof = app.proof()

    ends = await asyncio.gather(*(tried(person, proof) for _ in range(20)))

    assert ends.count("shown") == 1
    assert set(ends) <= {"shown", "factor-refused", "too-many-tries"}


async def test_of_twenty_at_once_one_uses_the_counter(person: Person) -> None:
    """The statement itself lets one through, with no count of tries to help it."""
    app = await an_app(person)
    factors = FactorRepository(person.work())
    (factor,) = await factors.of(person.user_id)
    counter = int(now().timestamp()) // STEP + 1

    won = await asyncio.gather(*(factors.use(factor, counter) for _ in range(20)))

    assert won.count(True) == 1
    assert await tried(person, app.proof(1)) == "factor-refused"


async def test_of_twenty_at_once_one_uses_a_recovery_code(person: Person) -> None:
    """A recovery code opens one door, once, and is not listed as left."""
    app = await an_app(person)
    codes = app.recovery_codes or []

    ends = await asyncio.gather(*(tried(person, recovery(codes[0])) for _ in range(20)))

    assert sorted(ends) == ["factor-refused"] * 19 + ["shown"]
    assert await tried(person, recovery(codes[1].lower().replace("-", " "))) == "shown"
    assert (await person.keeping().mine()).extra == {"recovery_codes_left": 8}


async def test_without_codes_left_there_is_a_method_less(person: Person) -> None:
    """Whoever has used all recovery codes is not asked for one."""
    app = await an_app(person)

    for code in app.recovery_codes or []:
        assert await tried(person, recovery(code)) == "shown"

    assert await SecondFactors(person.work()).methods(person.user_id) == ["otp"]


async def test_another_users_proof_is_none(new_person: NewPerson) -> None:
    """Codes of one user open nothing to another."""
    mine, other = await new_person(), await new_person()
    app, _ = await an_app(mine), await an_app(other)

    assert await tried(other, app.proof()) == "factor-refused"
    assert await tried(other, recovery((app.recovery_codes or [])[0])) == "factor-refused"
    assert await tried(mine, app.proof()) == "shown"


async def test_five_wrong_codes_bring_a_wait(person: Person) -> None:
    """After five wrong ones even the right one has to wait, while a recovery code does not."""
    app = await an_app(person)

    ends = [await tried(person, WRONG) for _ in range(FREE_TRIES)]
    with pytest.raises(TooManyTries) as caught:
        await SecondFactors(person.work()).verify(person.user_id, app.proof())

    assert ends == ["factor-refused"] * FREE_TRIES
    assert 0 < int(caught.value.headers["Retry-After"]) <= FIRST_WAIT
    assert await tried(person, recovery((app.recovery_codes or [])[0])) == "shown"
    assert await tried(person, app.proof()) == "shown"


async def test_the_wait_grows(person: Person, database_urls: DatabaseUrls) -> None:
    """Each further wrong code doubles the wait, up to a quarter of an hour."""
    await an_app(person)
    for _ in range(FREE_TRIES):
        await tried(person, WRONG)
    waits = []

    for _ in range(8):
        seconds = await FactorRepository(person.work()).claim_try(person.user_id)
        waits.append(seconds)
        await wait_over(database_urls, person)
        assert await tried(person, WRONG) == "factor-refused"

    assert waits[:5] == [FIRST_WAIT * 2**power for power in range(5)]
    assert set(waits[5:]) == {LONGEST_WAIT}


async def test_the_right_code_forgives(person: Person) -> None:
    """Four wrong ones, the right one, and the count begins anew."""
    app = await an_app(person)
    for step in (0, 1):
        for _ in range(FREE_TRIES - 1):
            assert await tried(person, WRONG) == "factor-refused"
        assert await tried(person, app.proof(step)) == "shown"


async def test_guesses_at_once_count_each(person: Person) -> None:
    """Of thirty wrong codes at the same time no more than five are looked at."""
    await an_app(person)

    ends = await asyncio.gather(*(tried(person, WRONG) for _ in range(30)))

    assert ends.count("factor-refused") == FREE_TRIES
    assert ends.count("too-many-tries") == 25


async def test_two_apps_serve_alike(person: Person) -> None:
    """The codes of either app are taken."""
    one = await an_app(person)
    two = await an_app(person, fresh=True)

    assert two.recovery_codes is None
    assert [await tried(person, app.proof()) for app in (one, two)] == ["shown", "shown"]


async def test_an_unconfirmed_app_proves_nothing(person: Person) -> None:
    """Until its first code an app does not count."""
    await an_app(person)
    seed = (await person.keeping(fresh=True).add_app(NewApp())).values["secret"]

    assert await tried(person, FactorProof(Method.OTP, code_now(seed))) == "factor-refused"


@pytest.mark.parametrize("value", ["", "\x00", "\ud800", "9" * 100_000])
@pytest.mark.parametrize("method", Method)
async def test_odd_proofs_are_refused(person: Person, method: Method, value: str) -> None:
    """Whatever is sent as a proof, the answer is the one of all refusals."""
    await an_app(person)

    assert await tried(person, FactorProof(method, value)) == "factor-refused"


async def test_an_unknown_user_is_refused_alike(platform: Platform, person: Person) -> None:
    """Nobody's factor is refused in the same words, and nothing is counted for nobody."""
    nobody = Person(platform, new_id())

    assert await SecondFactors(nobody.work()).methods(nobody.user_id) == []
    assert await tried(nobody, recovery("ABCD")) == "factor-refused"


async def test_nothing_stands_in_clear(person: Person, database_urls: DatabaseUrls) -> None:
    """Neither seed nor recovery code is found in what the tables hold."""
    app: App = await an_app(person)
    connection = await asyncpg.connect(database_urls.owner)
    tables = ("factors", "recovery_codes", "factor_attempts", "audit_lines")
    dump = "\n".join(
        [str(await connection.fetch(f"select t::text, t.* from {name} t")) for name in tables]
    )
    await connection.close()

    assert str(person.user_id) in dump
    for secret in (app.seed, *(app.recovery_codes or [])):
        for form in (secret, secret.replace("-", ""), secret.encode().hex()):
            assert form not in dump


async def test_when_a_factor_was_used_is_shown(person: Person) -> None:
    """The list tells the moment of the last use."""
    app = await an_app(person)
    (before,) = (await person.keeping().mine()).items

    await tried(person, app.proof())

    (after,) = (await person.keeping().mine()).items
    assert isinstance(after["last_used_at"], datetime)
    assert after["last_used_at"] > before["last_used_at"]
