"""Gauges: what features show operators beside the counts of requests, asked when they are read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from app.core.database import Database


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number for each value of a label; `read` asks the database."""

    name: str
    words: str
    label: str
    read: Callable[[Database], Awaitable[Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class Gauges:
    """The gauges that features bring."""

    all: Sequence[Gauge] = ()
