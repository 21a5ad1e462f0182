"""Following a job: events until it ends, as long as the reader is let in, a few at a time."""

import asyncio
from typing import Any

import orjson

from app.core.clock import new_id
from app.core.work import Platform
from app.settings import Settings
from tests.colleagues import a_client
from tests.core.job_scene import Table
from tests.features.jobs.scene import (
    COUNTING,
    OFF,
    id_of,
    running,
    submitted,
)
from tests.features.staff.builders import change
from tests.features.staff.inviting import slug
from tests.service import Service


async def test_a_job_is_followed_to_its_end(
    own: Service, platform_of_own: Platform, settings: Settings, table: Table
) -> None:
    """Each state is an event with an id; the stream ends with the job, and has one line."""
    client = await a_client(own, "sales")
    job_id = await submitted(platform_of_own, client, COUNTING.kind, to=5, pause=0.3)
    path = f"/v1/jobs/{job_id}/events"
    following = asyncio.create_task(client.get(path, timeout=60))
    await asyncio.sleep(0.2)
    async with running(settings, own):
        answer = await following

    events = read_events(answer.text)
    last_id, last = events[-1]
    again = await client.get(path, headers={"Last-Event-ID": last_id})
    before = await client.get(path, headers={"Last-Event-ID": "nonsense"})
    assert answer.headers["content-type"] == "text/event-stream"
    assert [job["done"] for _, job in events] == sorted(job["done"] for _, job in events)
    assert (events[0][1]["state"], last["state"]) == ("queued", "succeeded")
    assert last == (await client.get(f"/v1/jobs/{job_id}")).json()
    assert len(events) >= 3
    assert [event[1]["state"] for event in read_events(again.text)] == ["succeeded"]
    assert read_events(before.text) == [events[-1]]
    (line,) = await own.lines_of(answer)
    assert (line["operation"], line["status"]) == ("list_job_events", 200)


def read_events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Read ids and data of server-sent events."""
    found = []
    for block in text.split("\n\n"):
        members = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "data" in members:
            found.append((members["id"], orjson.loads(members["data"])))
    return found


async def test_a_stream_ends_with_the_rights(own: Service, platform_of_own: Platform) -> None:
    """Whoever may not act any more is told nothing more."""
    client = await a_client(own, "sales")
    job_id = await submitted(platform_of_own, client, COUNTING.kind, to=5)
    following = asyncio.create_task(client.get(f"/v1/jobs/{job_id}/events", timeout=60))
    await asyncio.sleep(0.2)

    await change(own.owner_url, OFF, await id_of(client))
    answer = await asyncio.wait_for(following, 10)

    assert [job["state"] for _, job in read_events(answer.text)] == ["queued"]


async def test_streams_are_few(own: Service, platform_of_own: Platform) -> None:
    """One reader follows four at a time; the refusal is a refusal as any."""
    client = await a_client(own, "sales")
    job_id = await submitted(platform_of_own, client, COUNTING.kind, to=5)
    path = f"/v1/jobs/{job_id}/events"
    streams = [asyncio.create_task(client.get(path, timeout=60)) for _ in range(4)]
    await asyncio.sleep(0.5)

    refused = await client.get(path)
    await client.post(f"/v1/jobs/{job_id}/cancel")
    ends = [read_events(stream.text)[-1][1]["state"] for stream in await asyncio.gather(*streams)]

    assert (slug(refused), refused.status_code) == ("too-many-streams", 429)
    assert refused.headers["retry-after"] == "5"
    assert ends == ["cancelled"] * 4
    assert slug(await client.get(f"/v1/jobs/{new_id()}/events")) == "not-found"
