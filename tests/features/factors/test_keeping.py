"""Keeping factors: the first at once, others with a fresh one, the last as the role demands."""

from collections.abc import Awaitable
from typing import Any

import pytest

from app.core.access import ActorKind
from app.core.clock import new_id
from app.core.problems import FreshFactorNeeded, NotFound, NotPermitted, Problem
from app.core.work import Platform
from app.features.factors.problems import (
    CodeWrong,
    FactorConfirmed,
    LastFactor,
    NoFactor,
    OwnFactors,
    TooManyFactors,
)
from app.features.factors.schemas import Confirmation, NewApp
from app.features.factors.service import FactorService, SecondFactors
from app.features.factors.service.keeping import MOST
from tests.features.factors.builders import Person, an_app, code_now
from tests.features.factors.conftest import NewPerson

ONE = Confirmation(code="000000")


async def refused(problem: type[Problem], *attempts: Awaitable[Any]) -> None:
    """Require that each attempt is refused so."""
    for attempt in attempts:
        with pytest.raises(problem):
            await attempt


async def test_the_first_app_needs_no_factor(person: Person) -> None:
    """It is confirmed by its code, and brings ten recovery codes, once."""
    app = await an_app(person)

    (shown,) = (await person.keeping().mine()).items
    assert (shown["kind"], shown["label"]) == ("totp", "Authenticator app")
    assert shown["confirmed_at"] == shown["last_used_at"]
    assert len({*(app.recovery_codes or [])}) == 10


async def test_another_needs_a_fresh_one(person: Person) -> None:
    """A stolen token alone adds no factor to an account that has one."""
    await an_app(person)

    await refused(FreshFactorNeeded, person.keeping().add_app(NewApp()))

    assert len((await person.keeping().mine()).items) == 1


async def test_an_unconfirmed_app_gives_way(person: Person) -> None:
    """Whoever begins anew leaves nothing behind."""
    first = (await person.keeping().add_app(NewApp(label="Old phone"))).values
    second = (await person.keeping().add_app(NewApp(label="New phone"))).values

    (shown,) = (await person.keeping().mine()).items
    assert (shown["label"], shown["confirmed_at"]) == ("New phone", None)
    await refused(NotFound, person.keeping().confirm(first["factor_id"], ONE))
    assert first["secret"] != second["secret"]
    assert second["secret"] in second["otpauth_uri"]


async def test_a_wrong_code_confirms_nothing(person: Person) -> None:
    """The app waits on for the right one; a confirmed one is not confirmed again."""
    shown = (await person.keeping().add_app(NewApp())).values
    factor_id, right = shown["factor_id"], Confirmation(code=code_now(shown["secret"]))
    wrong = Confirmation(code=code_now(shown["secret"], 5))

    await refused(CodeWrong, person.keeping().confirm(factor_id, wrong))
    assert await SecondFactors(person.work()).methods(person.user_id) == []

    await person.keeping().confirm(factor_id, right)
    await refused(FactorConfirmed, person.keeping().confirm(factor_id, right))


async def test_another_users_factor_is_not_there(new_person: NewPerson) -> None:
    """It is neither confirmed nor removed, and looks like one that does not exist."""
    mine, other = await new_person(), await new_person()
    app = await an_app(mine)

    for factor_id in (app.factor_id, new_id()):
        attempts = (
            other.keeping(fresh=True).remove(factor_id),
            other.keeping(fresh=True).confirm(factor_id, ONE),
        )
        await refused(NotFound, *attempts)


async def test_ten_are_enough(person: Person) -> None:
    """An eleventh factor is refused."""
    await an_app(person)
    for _ in range(MOST - 1):
        await an_app(person, fresh=True)

    await refused(TooManyFactors, person.keeping(fresh=True).add_app(NewApp()))


async def test_removing_needs_a_fresh_factor(person: Person) -> None:
    """A confirmed one is removed with a fresh factor only; what never counted goes at once."""
    app = await an_app(person)
    waiting = (await person.keeping(fresh=True).add_app(NewApp())).values["factor_id"]

    await refused(FreshFactorNeeded, person.keeping().remove(app.factor_id))
    await person.keeping().remove(waiting)
    await person.keeping(fresh=True).remove(app.factor_id)

    listed = await person.keeping().mine()
    assert (listed.items, listed.extra) == ([], {"recovery_codes_left": 0})
    assert await SecondFactors(person.work()).methods(person.user_id) == []


async def test_one_of_several_goes_alone(person: Person) -> None:
    """The others and the recovery codes stay."""
    one = await an_app(person)
    two = await an_app(person, fresh=True)

    await person.keeping(fresh=True).remove(one.factor_id)

    listed = await person.keeping().mine()
    assert [item["factor_id"] for item in listed.items] == [two.factor_id]
    assert listed.extra == {"recovery_codes_left": 10}


async def test_the_last_one_stays_where_a_role_demands_it(new_person: NewPerson) -> None:
    """Of two one may go; the last may not."""
    careful = await new_person("careful")
    one, two = await an_app(careful), await an_app(careful, fresh=True)

    await careful.keeping(fresh=True).remove(one.factor_id)
    await refused(LastFactor, careful.keeping(fresh=True).remove(two.factor_id))

    assert await SecondFactors(careful.work()).methods(careful.user_id) == ["otp", "recovery_code"]


async def test_new_recovery_codes_void_the_old(person: Person) -> None:
    """They need a factor, and a fresh one."""
    await refused(NoFactor, person.keeping(fresh=True).renew_codes())
    app = await an_app(person)

    await refused(FreshFactorNeeded, person.keeping().renew_codes())
    codes = (await person.keeping(fresh=True).renew_codes()).values["recovery_codes"]

    assert not {*codes} & {*(app.recovery_codes or [])}
    assert (await person.keeping().mine()).extra == {"recovery_codes_left": 10}


async def test_an_administrator_resets_another(new_person: NewPerson) -> None:
    """All goes; and again there is nothing, and no complaint."""
    admin, lost = await new_person("administrator"), await new_person()
    await an_app(lost)

    for _ in range(2):
        await admin.keeping().reset(lost.user_id)

    assert await SecondFactors(lost.work()).methods(lost.user_id) == []
    assert (await an_app(lost)).recovery_codes


async def test_a_reset_is_for_others_who_exist(new_person: NewPerson) -> None:
    """Not for oneself, and not for nobody; the route asks for a fresh factor."""
    admin, lost = await new_person("administrator"), await new_person()
    await an_app(admin)
    await an_app(lost)

    await refused(OwnFactors, admin.keeping(fresh=True).reset(admin.user_id))
    await refused(NotFound, admin.keeping(fresh=True).reset(new_id()))
    await admin.keeping(fresh=True).reset(lost.user_id)

    assert await SecondFactors(lost.work()).methods(lost.user_id) == []


async def test_other_systems_have_no_factors(platform: Platform, person: Person) -> None:
    """They sign in by their secret alone."""
    work = person.work()
    object.__setattr__(work.line.actor, "kind", ActorKind.CLIENT)

    await refused(NotPermitted, FactorService(work).mine(), FactorService(work).add_app(NewApp()))
