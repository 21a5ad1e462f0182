"""Idempotency keys: a retry gets the stored answer, kept in the transaction that made it."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from app.core.access import Actor
from app.core.answers import StoredAnswers
from app.core.problems import Fault, Malformed, Problem
from app.core.views import Rendered
from app.core.work import UnitOfWork
from app.http.asgi import Scope, header

FORM: Final = re.compile(rb"[\x21-\x7e]{1,255}\Z")


class KeyInUse(Problem):
    """The first request under this key is still running."""

    slug, status = "key-in-use", 409
    title = "A request with this Idempotency-Key is still running."
    title_zh = "使用此 Idempotency-Key 的请求仍在处理。"


class KeyReused(Problem):
    """The key was used for another request."""

    slug, status = "key-reused", 422
    title = "This Idempotency-Key was used for another request."
    title_zh = "此 Idempotency-Key 已用于其他请求。"


class Idempotency:
    """Runs a keyed request once; its answer stands in the same transaction as its change."""

    def __init__(self, work: UnitOfWork, key: bytes, scope: Scope, body: Any) -> None:
        if not FORM.match(key):
            raise Malformed(faults=[Fault("/Idempotency-Key", "key-form")])
        actor = str(work.actor.actor_id).encode()
        name = b"|".join((actor, scope["method"].encode(), scope["path"].encode(), key))
        sent = [body, (header(scope, b"if-match") or b"").decode("latin-1")]
        text = json.dumps(sent, sort_keys=True)  # orjson takes no integer beyond 64 bits
        self._work = work
        self._hash = hashlib.sha256(name).digest()
        self._digest = hashlib.sha256(text.encode()).digest()

    async def once(self, run: Callable[[], Awaitable[Rendered]]) -> Rendered:
        """Run, or replay what the first run answered to the same actor with the same rights."""
        async with self._work.pinned() as connection:
            answers = StoredAnswers(connection, self._work.platform.sealing)
            if not await answers.lock(self._hash):
                raise KeyInUse
            stored = await answers.find(self._hash)
            if stored is None:
                rendered = await run()
                await answers.keep(self._hash, self._digest, self._members(rendered))
                return rendered
            if stored.body_digest != self._digest:
                raise KeyReused
            return self._replay(stored.members)

    def _members(self, rendered: Rendered) -> dict[str, Any]:
        lines = [*self._work.before, self._work.line]
        return {
            "body": rendered.body.decode(),
            "etag": rendered.etag,
            "location": rendered.location,
            "rights": _rights(self._work.actor),
            "subjects": [subject for line in lines for subject in line.subjects],
            "shown": {name: shown for line in lines for name, shown in line.shown.items()},
        }

    def _replay(self, members: dict[str, Any]) -> Rendered:
        """Disclose the stored answer again, on this request's own line."""
        if members["rights"] != _rights(self._work.actor):
            raise KeyReused
        line = self._work.line
        line.note_subjects(members["subjects"])
        line.shown.update(members["shown"])
        line.detail["replayed"] = True
        return Rendered(members["body"].encode(), members["etag"], members["location"])


def _rights(actor: Actor) -> list[str]:
    """Return what an answer depends on: the actor's scopes, and how far they reach."""
    return [actor.fingerprint, *sorted(map(str, actor.departments))]
