"""The bare reference: FastAPI and asyncpg, hand-written SQL, and nothing that CIMS promises.

No authentication, no field rules, no sealing, no audit, no history, no ETag. `--no-reset` runs it
without the statement by which the driver's pool cleans a connection on its way back.
"""

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson
import uvicorn
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel
from uuid_utils.compat import uuid7

POOL: Final = 12
PAGE: Final = 50
NAMES: Final = (
    "select string_agg(case data_type when 'uuid' then column_name || '::text' "
    "else column_name end, ', ' order by ordinal_position) from information_schema.columns "
    "where table_name = 'customers' and column_name <> all($1)"
)
NOT_LISTED: Final = ["address", "postcode", "remark"]
URL: Final = "BENCH_URL"


class Change(BaseModel):
    """The one member that the bench changes."""

    remark: str | None


class Part(BaseModel):
    """Part of a name."""

    q: str


class Many(BaseModel):
    """New customers, taken as they come."""

    items: list[dict[str, Any]]


class Reference:
    """The statements and the pool."""

    pool: asyncpg.Pool
    columns: str
    listed: str

    def __init__(self, url: str, *, reset: bool) -> None:
        self._url = url
        self._reset = None if reset else _keep_as_is

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Open the pool, as many connections as the service has."""
        async with asyncpg.create_pool(
            self._url, min_size=2, max_size=POOL, reset=self._reset, timeout=5
        ) as self.pool:
            self.columns = await self.pool.fetchval(NAMES, [])
            self.listed = await self.pool.fetchval(NAMES, NOT_LISTED)
            yield

    async def get(self, customer_id: UUID) -> Response:
        """Return one customer."""
        sql = f"select {self.columns} from customers where customer_id = $1"
        return _one(await self.pool.fetchrow(sql, customer_id))

    async def page(self, tier: str, after: UUID) -> Response:
        """Return fifty customers of a tier, newest first, and whether there are more."""
        sql = (
            f"select {self.listed} from customers where tier = $1 and customer_id < $2 "
            f"order by customers.customer_id desc limit {PAGE + 1}"
        )
        rows = await self.pool.fetch(sql, tier, after)
        items = [dict(row) for row in rows[:PAGE]]
        return _answer({"items": items, "has_more": len(rows) > PAGE})

    async def change(self, customer_id: UUID, change: Change) -> Response:
        """Change one member, and return the customer."""
        sql = (
            "update customers set remark = $2, version = version + 1, updated_at = $3 "
            f"where customer_id = $1 returning {self.columns}"
        )
        return _one(await self.pool.fetchrow(sql, customer_id, change.remark, datetime.now(UTC)))

    async def search(self, asked: Part) -> Response:
        """Return fifty customers in whose names the part stands; it reads the whole table."""
        sql = (
            f"select {self.listed} from customers where name ilike $1 or other_name ilike $1 "
            "or replace(pinyin, ' ', '') ilike $1 order by customers.customer_id desc limit $2"
        )
        rows = await self.pool.fetch(sql, f"%{asked.q}%", PAGE)
        return _answer({"items": [dict(row) for row in rows]})

    async def create(self, many: Many) -> Response:
        """Write new customers by COPY in one transaction, and return them."""
        rows = [{**one, **_owned()} for one in many.items]
        columns = list(rows[0])
        records = [tuple(_read(name, row.get(name)) for name in columns) for row in rows]
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.copy_records_to_table("customers", records=records, columns=columns)
        return _answer({"items": rows})


def create_app(url: str, *, reset: bool) -> FastAPI:
    """Return the application, its routes resolved by the framework in the ordinary way."""
    reference = Reference(url, reset=reset)
    app = FastAPI(lifespan=reference.lifespan, openapi_url=None)
    app.get("/customers/{customer_id}")(reference.get)
    app.get("/customers")(reference.page)
    app.patch("/customers/{customer_id}")(reference.change)
    app.post("/customers/search")(reference.search)
    app.post("/customers/batch")(reference.create)
    return app


def _one(row: asyncpg.Record | None) -> Response:
    if row is None:
        raise HTTPException(404)
    return _answer(dict(row))


def _answer(value: Any) -> Response:
    return Response(orjson.dumps(value, default=str), media_type="application/json")


def _owned() -> dict[str, Any]:
    at = datetime.now(UTC)
    return {"customer_id": uuid7(), "status": "active", "created_at": at, "updated_at": at}


def _read(name: str, value: Any) -> Any:
    """Turn text into what the driver wants for its column."""
    if isinstance(value, str) and name.endswith("_at"):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and name.endswith("_on"):
        return datetime.fromisoformat(value).date()
    return value


async def _keep_as_is(_connection: asyncpg.Connection) -> None:
    """Skip the reset statement."""


def main() -> None:
    """Serve with the same server, loop and parser as the product."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--no-reset", action="store_true")
    given = parser.parse_args()
    uvicorn.run(
        create_app(os.environ[URL], reset=not given.no_reset),
        port=given.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
