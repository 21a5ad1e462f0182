"""Rotation of the signing key: two processes, nobody signed out, the old key gone in the end."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from jose import jwt

from app.core import keys
from app.core.clock import now
from app.core.jobs import job_work
from app.core.signing_keys import SigningFolder, add_signing_key
from app.core.tokens import OUTLIVED
from app.features.identity.jobs import ROUTINES
from app.settings import Settings
from tests.conftest import DatabaseUrls, NewDatabase, open_test_platform
from tests.features.identity.signing_in import SignedIn, refreshed, signed_in
from tests.features.staff.builders import a_colleague
from tests.journeys.running import ROOT
from tests.journeys.test_revocation import Pair
from tests.service import Service, running_service

REMOVE: Final = next(one for one in ROUTINES if one.name == "remove_signing_keys")


@pytest.fixture
def own_settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with keys of their own, to which one is added."""
    shutil.copytree(settings.home, tmp_path / "home")
    return settings.model_copy(update={"home": tmp_path / "home"})


@pytest.fixture
async def urls(new_database: NewDatabase) -> DatabaseUrls:
    """A database whose keys are these."""
    return await new_database()


@pytest.fixture
async def pair(urls: DatabaseUrls, own_settings: Settings) -> AsyncIterator[Pair]:
    """The service twice, on one key folder."""
    async with (
        running_service(own_settings, urls.app, urls.owner) as one,
        running_service(own_settings, urls.app, urls.owner, one.users) as other,
    ):
        yield Pair(one, other)


async def rotate(urls: DatabaseUrls, settings: Settings) -> str:
    """Add a key as the command does."""
    async with open_test_platform(urls.app, settings) as platform:
        folder = SigningFolder(settings.keys_folder)
        return await add_signing_key(job_work(platform, "rotate_signing_key"), folder)


def kid_of(signed: SignedIn) -> str:
    """Return the key that a token names."""
    kid: str = jwt.get_unverified_header(signed.members["access_token"])["kid"]
    return kid


async def published(service: Service) -> list[str]:
    """Return the keys that the service publishes."""
    async with service.anonymous() as client:
        found = (await client.get("/.well-known/jwks.json")).json()["keys"]
    return [key["kid"] for key in found]


async def test_nobody_notices_a_rotation(
    pair: Pair, urls: DatabaseUrls, own_settings: Settings
) -> None:
    """Tokens of before and after are good in both processes at once; both keys are published."""
    seller = await a_colleague(urls.owner)
    before = await signed_in(pair.one, seller.username)
    assert await pair.seconds_until(200, before) < 1.0
    old = kid_of(before)

    new = await rotate(urls, own_settings)
    after = await signed_in(pair.one, seller.username)

    assert kid_of(after) == new != old
    assert [await pair.status(one) for one in (before, after)] == [200, 200]
    assert await before.is_in()
    assert [await published(one) for one in (pair.one, pair.other)] == [[old, new]] * 2
    again = await refreshed(pair.other, before.members["refresh_token"])
    assert jwt.get_unverified_header(again.json()["access_token"])["kid"] == new


async def test_outlived_key_goes_and_its_tokens_with_it(
    pair: Pair, urls: DatabaseUrls, own_settings: Settings
) -> None:
    """Once removed, it is published no more, and whatever it has signed is refused in a second."""
    seller = await a_colleague(urls.owner)
    before = await signed_in(pair.one, seller.username)
    assert await pair.seconds_until(200, before) < 1.0
    new = await rotate(urls, own_settings)
    for kid in (kid_of(before), new):
        path = own_settings.keys_folder / keys.signing_name(kid)
        moment = (now() - OUTLIVED - timedelta(minutes=1)).timestamp()
        os.utime(path, (moment - (kid != new), moment - (kid != new)))

    async with open_test_platform(urls.app, own_settings) as platform:
        platform.tools[SigningFolder] = SigningFolder(own_settings.keys_folder)
        await REMOVE.run(platform)

    assert await pair.seconds_until(401, before) < 1.0
    assert [await published(one) for one in (pair.one, pair.other)] == [[new]] * 2
    await asyncio.sleep(0.6)
    assert not await before.is_in()


async def test_key_of_a_moment_ago_stays(
    pair: Pair, urls: DatabaseUrls, own_settings: Settings
) -> None:
    """As long as a token of it may be alive, the routine leaves a key alone."""
    old = await published(pair.one)
    new = await rotate(urls, own_settings)

    async with open_test_platform(urls.app, own_settings) as platform:
        platform.tools[SigningFolder] = SigningFolder(own_settings.keys_folder)
        await REMOVE.run(platform)

    assert await published(pair.other) == [*old, new]


async def test_odd_kids_do_not_make_the_directory_reload(pair: Pair) -> None:
    """A token of an unknown key is refused and forgets nobody's token."""
    seller = await a_colleague(pair.one.owner_url)
    signed = await signed_in(pair.one, seller.username)
    assert await signed.is_in()
    odd = jwt.encode({"sub": "x"}, "secret", algorithm="HS256", headers={"kid": "unknown"})
    async with pair.one.anonymous() as client:
        client.headers["Authorization"] = f"Bearer {odd}"
        assert (await client.get("/v1/me")).status_code == 401

    assert await signed.is_in()


def test_command_rotates(own_settings: Settings, urls: DatabaseUrls) -> None:
    """`cims keys rotate-signing` says what signs now; `status` shows both."""
    surroundings = {
        **os.environ,
        "CIMS_HOME": str(own_settings.home),
        "CIMS_DATABASE__URL": urls.app,
    }

    def told(word: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", "keys", word],
            cwd=ROOT,
            env=surroundings,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    rotated, status = told("rotate-signing"), told("status")

    (old, new) = keys.load_signing(own_settings.keys_folder)
    assert f"Signing key {new.kid} signs from now on" in rotated
    assert f"signing key {new.kid}" in status
    assert f"signing key {old.kid}" in status
    assert "verifies until its tokens have ended" in " ".join(status.split())
