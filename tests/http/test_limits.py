"""Tests of limits: the size of headers, purposes that must not be personal, and what is counted."""

import pytest

from app.core.audit import Line
from app.core.work import Platform, UnitOfWork
from app.http.limits import LARGEST_HEADERS, Metrics
from tests.service import Service


async def test_headers_have_a_limit(service: Service) -> None:
    """More than 16 KiB of headers are too large, just below they are fine."""
    client = await service.as_("sales")

    fits = await client.get("/v1/me", headers={"X-Long": "x" * (LARGEST_HEADERS - 2000)})
    too_large = await client.get("/v1/me", headers={"X-Long": "x" * LARGEST_HEADERS})

    assert (fits.status_code, too_large.status_code) == (200, 413)
    assert too_large.json()["type"] == "/problems/too-large"


@pytest.mark.parametrize(
    "purpose",
    [
        "",
        "   ",
        "x" * 101,
        "call 13800138000",
        "call １３８００１３８０００",
        "a@example.com",
        "a\u202eb",
    ],
)
async def test_a_purpose_must_not_be_personal(service: Service, purpose: str) -> None:
    """An empty, long or telling purpose is refused, and never kept."""
    client = await service.as_("sales")

    answer = await client.get("/v1/me", headers=[(b"x-purpose", purpose.encode())])

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "purpose-form")
    (line,) = await service.lines_of(answer)
    assert line["purpose"] is None


async def test_a_purpose_that_is_no_text_is_refused(service: Service) -> None:
    """Bytes that are no UTF-8 are no purpose."""
    client = await service.as_("sales")

    answer = await client.get("/v1/me", headers=[(b"x-purpose", b"\xff\xfe")])

    assert answer.json()["errors"][0] == {
        "pointer": "/X-Purpose",
        "code": "purpose-form",
        "message": answer.json()["errors"][0]["message"],
    }


async def test_a_purpose_stands_on_the_line(service: Service) -> None:
    """A stated purpose is kept, in any language."""
    client = await service.as_("sales")

    answer = await client.get("/v1/me", headers=[(b"x-purpose", " 回访 call back ".encode())])

    (line,) = await service.lines_of(answer)
    assert line["purpose"] == "回访 call back"


async def test_answers_are_counted_by_operation_and_status(platform: Platform) -> None:
    """Each once, and how long it took."""
    metrics = Metrics()
    for status in (200, 200, 404):
        line = Line("a-request", operation="get_thing", status=status)
        metrics.count(UnitOfWork(platform, line))

    def count(status: int) -> float | None:
        labels = {"operation": "get_thing", "status": str(status)}
        return metrics.registry.get_sample_value("cims_answers_total", labels)

    assert (count(200), count(404), count(500)) == (2, 1, None)
    assert metrics.registry.get_sample_value("cims_answer_seconds_count") == 3
