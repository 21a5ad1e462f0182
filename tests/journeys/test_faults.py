"""Killed, stopped or locked out under load, nothing answered lacks its line and nothing is lost."""

from pathlib import Path

from bench import faults
from bench.crash import losses, scene, verified
from bench.ground import prepared

CUSTOMERS = 200
CLIENTS = 8
# Killing the service alone is left to `python -m bench.crash`: each start of it takes seconds.
FAULTS = tuple(fault for fault in faults.FAULTS if fault is not faults.service_killed)


async def test_nothing_answered_is_lost(tmp_path: Path) -> None:
    """The clients' journal and the trail agree after every fault, each process killed by its id."""
    async with prepared(tmp_path, CUSTOMERS) as ground:
        async with scene(ground, CLIENTS) as under_load:
            under_load.unable_seconds = 2.7  # just longer than a refusal takes
            under_load.refused_within = 3.0  # 2.5 is measured where nothing else runs
            for fault in FAULTS:
                await fault(under_load)
        answers = under_load.crowd.journal.answers

        assert {one.operation for one in answers} == {"get", "list", "change", "create"}
        assert await losses(ground, answers, CUSTOMERS) == []
        assert (await verified(ground)).first_bad is None
