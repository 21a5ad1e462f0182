"""The throttle: so many requests a minute for each actor, fewer for a source not signed in."""

import time
from dataclasses import dataclass, field
from typing import Final

from app.core.access import Actor, ActorKind
from app.core.problems import Problem

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
class Throttle:
    """Counts requests in this process; the figures go out with every answer."""

    per_actor: int
    per_source: int
    _windows: dict[object, Window] = field(default_factory=dict)

    def admit(self, actor: Actor, source: str | None) -> list[tuple[bytes, bytes]]:
        """Count one request and return its rate-limit headers; raises TooMany beyond the limit."""
        is_known = actor.kind is not ActorKind.NOBODY
        limit = self.per_actor if is_known else self.per_source
        window = self._window(actor.actor_id if is_known else source)
        window.used += 1
        wait = max(1, round(window.began + MINUTE - time.monotonic()))
        left = max(0, limit - window.used)
        figures = {"limit": limit, "remaining": left, "reset": wait}
        if window.used > limit:
            told = {f"RateLimit-{name.title()}": str(figure) for name, figure in figures.items()}
            raise TooMany(headers={"Retry-After": str(wait), **told})
        return [(b"ratelimit-%s" % n.encode(), b"%d" % figure) for n, figure in figures.items()]

    def _window(self, caller: object) -> Window:
        at = time.monotonic()
        window = self._windows.get(caller)
        if window is None or at - window.began >= MINUTE:
            if window is None and len(self._windows) >= REMEMBERED:
                del self._windows[next(iter(self._windows))]
            window = self._windows[caller] = Window(at)
        return window
