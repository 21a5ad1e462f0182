"""Importing: a spreadsheet over HTTP into a service that runs beside, against a plain COPY.

Run `make run` in another terminal, then `python -m bench.importing --rows 20000`.
"""

import argparse
import asyncio
import csv
import io
import time
from typing import Any, Final

import asyncpg
import httpx
import orjson
import pyotp

from app.commands.surroundings import database_urls, settings_and_home
from app.core.clock import new_id

HEADERS: Final = ("客户编号", "客户名称", "手机", "城市", "备注")
ENDED: Final = {"succeeded", "failed", "held", "cancelled"}
TABLE: Final = "create temp table plain (number text, name text, phone text, city text, note text)"


def table(rows: int) -> list[tuple[str, ...]]:
    """Return rows of customers that nobody knows yet."""
    mark = new_id().hex[-10:]
    phones = (f"138{place:08d}" for place in range(rows))
    return [(f"B{mark}-{n}", f"甲乙{n}", p, "上海", "说明") for n, p in enumerate(phones)]


async def copied(url: str, rows: list[tuple[str, ...]]) -> float:
    """Return how many rows a second a plain COPY takes."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(TABLE)
        began = time.monotonic()
        await connection.copy_records_to_table("plain", records=rows)
        return len(rows) / (time.monotonic() - began)
    finally:
        await connection.close()


class Story:
    """One import, from the upload to what was written."""

    def __init__(self, clerk: httpx.AsyncClient, officer: httpx.AsyncClient) -> None:
        self._clerk, self._officer = clerk, officer
        self._path = ""

    async def run(self, content: bytes) -> dict[str, float]:
        """Return the seconds of each job, by what it did."""
        kind = {"Content-Type": "text/csv"}
        answer = await self._clerk.post("/v1/imports", content=content, headers=kind)
        self._path = f"/v1/imports/{answer.json()['import_id']}"
        found = {"read": await self._worked()}
        await self._clerk.put(f"{self._path}/mapping", json={"system": "bench"})
        await self._clerk.post(f"{self._path}/dry-run")
        found["tried"] = await self._worked()
        plan_id = (await self._clerk.post(f"{self._path}/submit")).json()["plan_id"]
        await self._officer.post(f"{self._path}/approve", json={"plan_id": plan_id})
        return {**found, "applied": await self._worked()}

    async def _worked(self) -> float:
        began = time.monotonic()
        while True:
            one: dict[str, Any] = (await self._clerk.get(self._path)).json()
            if one["job_state"] in ENDED:
                return time.monotonic() - began
            await asyncio.sleep(0.05)


async def signed_in(users: dict[str, dict[str, str]], username: str) -> httpx.AsyncClient:
    """Sign in as one of the demo users."""
    user, settings = users[username], settings_and_home()
    client = httpx.AsyncClient(base_url=f"http://{settings.host}:{settings.port}", timeout=120)
    form = {"grant_type": "password", "username": username, "password": user["password"]}
    if secret := user.get("totp_secret"):
        form["otp"] = pyotp.TOTP(secret).now()
    token = (await client.post("/v1/auth/token", data=form)).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client


async def measure(count: int) -> None:
    """Import rows, and print the pace of each job beside that of a plain COPY."""
    settings, rows, text = settings_and_home(), table(count), io.StringIO()
    csv.writer(text).writerows([HEADERS, *rows])
    known = orjson.loads((settings.home / "demo-users.json").read_bytes())
    users = {user["username"]: user for user in known}
    story = Story(await signed_in(users, "data_entry"), await signed_in(users, "data_officer"))
    seconds = await story.run(text.getvalue().encode("gb18030"))
    async with database_urls(settings) as urls:
        plain = await copied(urls.owner or urls.app, rows)
    print(f"plain COPY {plain:,.0f} rows/s")
    for name, took in seconds.items():
        print(f"{name} {count / took:,.0f} rows/s, {count / took / plain:.4f} of plain COPY")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    asyncio.run(measure(parser.parse_args().rows))


if __name__ == "__main__":
    main()
