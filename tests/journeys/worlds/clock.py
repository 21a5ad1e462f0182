"""A clock in the hands of a test: time stands still within a request, and ids follow from it."""

from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Final
from uuid import UUID

import pytest

from app.core import clock as real
from app.http import throttle

STEP: Final = timedelta(milliseconds=10)


class Clock:
    """Time by steps; the same step gives the same moment and the same ids, whoever asks when."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC).replace(microsecond=0)
        self.step = 0
        self._drawn = 0

    def go_to(self, step: int) -> None:
        """Go to a step, forth or back; what is drawn in it is drawn anew."""
        self.step, self._drawn = step, 0

    def now(self, _zone: tzinfo) -> datetime:
        """Return the moment of this step."""
        return self._start + self.step * STEP

    def new_id(self) -> UUID:
        """Draw the next id of this step, in the form of a UUIDv7."""
        self._drawn += 1
        moment = int(self.now(UTC).timestamp() * 1000)
        low = (self.step << 20) | self._drawn
        return UUID(int=(moment << 80) | (7 << 76) | (2 << 62) | low)

    def take_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the service live by this clock, the throttle's minutes included."""
        monkeypatch.setattr(real, "datetime", SimpleNamespace(now=self.now))
        monkeypatch.setattr(real, "uuid7", self.new_id)
        monkeypatch.setattr(throttle, "time", SimpleNamespace(monotonic=lambda: 0.0))
