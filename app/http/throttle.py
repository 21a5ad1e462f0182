"""The throttle: so many requests a minute for each actor, fewer for a source not signed in.

What costs the service more than a look counts as several requests, as its route declares.
"""

import time
from dataclasses import dataclass, field
from typing import Final

from app.core.access import Actor, ActorKind
from app.core.problems import Problem
from app.http.asgi import Scope

CHARGE: Final = "cims.charge"
RATE: Final = "cims.rate"
MINUTE: Final = 60.0
REMEMBERED: Final = 20_000


class TooMany(Problem):
    """More requests than the limit in the last minute."""

    slug, status = "too-many", 429
    title, title_zh = "Too many requests; wait a little.", "请求过于频繁，请稍后再试。"


@dataclass(slots=True)
class Window:
    """The requests of one caller in the minute that began then."""

    began: float
    used: int = 0


@dataclass(slots=True)
class Charge:
    """What a request is counted under; its route may add to it once it is known.

    A request that was let in stays in: what it costs beyond the limit, the next ones wait for.
    """

    window: Window
    limit: int

    def add(self, further: int) -> list[tuple[bytes, bytes]]:
        """Count so much more, and return the headers anew."""
        self.window.used += further
        return self.headers()

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the rate-limit headers of this moment."""
        return [(b"ratelimit-%s" % n.encode(), b"%d" % one) for n, one in self.figures().items()]

    def figures(self) -> dict[str, int]:
        """Return what is allowed in a minute, what is left of it, and seconds to the next one."""
        wait = max(1, round(self.window.began + MINUTE - time.monotonic()))
        return {
            "limit": self.limit,
            "remaining": max(0, self.limit - self.window.used),
            "reset": wait,
        }


def charge(scope: Scope, further: int) -> None:
    """Count a request as several: its route costs more than a look."""
    if CHARGE in scope:
        scope[RATE] = scope[CHARGE].add(further)


@dataclass(slots=True)
class Throttle:
    """Counts requests in this process; the figures go out with every answer."""

    per_actor: int
    per_source: int
    _windows: dict[object, Window] = field(default_factory=dict)

    def admit(self, actor: Actor, source: str | None) -> Charge:
        """Count one request and return what it is counted under; raises TooMany beyond it."""
        is_known = actor.kind is not ActorKind.NOBODY
        limit = self.per_actor if is_known else self.per_source
        window = self._window(actor.actor_id if is_known else source)
        window.used += 1
        charge = Charge(window, limit)
        if window.used > limit:
            figures = charge.figures()
            told = {f"RateLimit-{name.title()}": str(figure) for name, figure in figures.items()}
            raise TooMany(headers={"Retry-After": str(figures["reset"]), **told})
        return charge

    def _window(self, caller: object) -> Window:
        at = time.monotonic()
        window = self._windows.get(caller)
        if window is None or at - window.began >= MINUTE:
            if window is None and len(self._windows) >= REMEMBERED:
                del self._windows[next(iter(self._windows))]
            window = self._windows[caller] = Window(at)
        return window
