"""Notices: colleagues learn what happened to their own second factors."""

import httpx
import pytest

from tests.features.identity.proving import Holder, a_holder
from tests.features.mail.mailing import Post, an_address
from tests.features.staff.builders import a_digest
from tests.features.staff.inviting import changed


@pytest.fixture
async def holder(post: Post) -> Holder:
    """Somebody with an authenticator app and a mail address."""
    holder = await a_holder(post.service, await a_digest())
    user = {"user_id": str(holder.colleague.user_id)}
    answer = await changed(post.service, user, email=an_address())
    assert answer.status_code == httpx.codes.OK
    return holder


async def templates(post: Post, holder: Holder) -> list[str]:
    """Return what was written to somebody, newest first."""
    listed = await post.messages({"user_id": str(holder.colleague.user_id)})
    return [message["template"] for message in listed]


async def test_a_used_recovery_code_is_told(post: Post, holder: Holder) -> None:
    """Who signs in with a recovery code tells the owner, who may be somebody else."""
    code = holder.recovery_codes[0]
    answer = await holder.enters(recovery_code=code)
    await post.send()

    assert answer.status_code == httpx.codes.OK, answer.text
    assert await templates(post, holder) == ["recovery_code_used"]
    assert code not in str(post.sink.raw)


async def test_a_wrong_recovery_code_is_not(post: Post, holder: Holder) -> None:
    """A guess writes to nobody."""
    await holder.enters(recovery_code="AAAA-AAAA-AAAA-AAAA")

    assert await templates(post, holder) == []


async def test_a_reset_is_told(post: Post, holder: Holder) -> None:
    """The owner learns that an administrator took the factors away."""
    client = await post.service.as_("administrator")
    answer = await client.delete(f"/v1/users/{holder.colleague.user_id}/factors")
    await post.send()

    assert answer.status_code == httpx.codes.NO_CONTENT
    assert await templates(post, holder) == ["factors_reset"]
    assert len(post.sink.received) == 1
