"""Limits and counts of requests: header size, the stated purpose, metrics."""

from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from app.core.clock import now
from app.core.gauges import Gauge as Asked
from app.core.problems import Fault, Malformed
from app.core.purposes import checked_purpose
from app.core.sealer import SealerState
from app.core.work import UnitOfWork
from app.http.asgi import Scope, header

LARGEST_HEADERS: Final = 16 * 1024


def purpose_of(scope: Scope) -> str | None:
    """Return the purpose of use that X-Purpose states, if any."""
    value = header(scope, b"x-purpose")
    if value is None:
        return None
    try:
        return checked_purpose(value.decode(), "/X-Purpose")
    except UnicodeDecodeError:
        raise Malformed(faults=[Fault("/X-Purpose", "purpose-form")]) from None


class Metrics:
    """What operators watch: answers by operation and status, and how long they took."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "cims_answers", "Answers sent", ["operation", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "cims_answer_seconds",
            "Time from the first byte in to the last byte out",
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
        )
        self._waiting = Gauge(
            "cims_audit_waiting_lines", "Audit lines not sealed yet", registry=self.registry
        )
        self._trouble = Gauge(
            "cims_audit_trouble", "1 while the audit cannot be sealed", registry=self.registry
        )
        self._asked: dict[str, Gauge] = {}
        self._known: dict[tuple[str, int], Counter] = {}

    def note_sealer(self, state: SealerState) -> None:
        """Note how far the sealing of the audit is behind, and whether it is in trouble."""
        self._waiting.set(state.waiting or 0)
        self._trouble.set(state.trouble is not None)

    def note_gauge(self, asked: Asked, values: Mapping[str, float]) -> None:
        """Note what a feature shows, as it stands now."""
        gauge = self._asked.get(asked.name)
        if gauge is None:
            gauge = Gauge(asked.name, asked.words, [asked.label], registry=self.registry)
            self._asked[asked.name] = gauge
        for value, number in values.items():
            gauge.labels(value).set(number)

    def count(self, work: UnitOfWork) -> None:
        """Count one answer."""
        line = work.line
        key = (line.operation, line.status)
        counter = self._known.get(key)
        if counter is None:
            counter = self._known[key] = self._answers.labels(line.operation, str(line.status))
        counter.inc()
        self._seconds.observe((now() - line.at).total_seconds())


METRICS: Final = Metrics()
