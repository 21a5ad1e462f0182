"""Sending: each message once if that can be had, again when it may help, and never without end."""

import re
from typing import Any

import pytest

from app.features.mail.service import clear_messages
from tests.features.mail.mailing import PAGES, Post, an_address
from tests.features.mail.sink import Fault
from tests.features.staff.inviting import PASSWORD, accepted, act, invited, signed_in, slug

LINK = re.compile(rf"{re.escape(PAGES)}/accept-invitation#token=([\w-]+)")


async def a_guest(post: Post, **values: Any) -> dict[str, Any]:
    """Invite somebody with a mail address."""
    return await invited(post.service, **{"email": an_address(), **values})


def text_of(post: Post, place: int = -1) -> str:
    """Return the plain words of a message that arrived."""
    body = post.sink.received[place].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_the_link_comes_by_mail_and_nobody_else_sees_it(post: Post) -> None:
    """The answer holds no token; the one in the mail opens the account, after which it is sent."""
    address = an_address()
    made = await a_guest(post, email=address)
    await post.send()

    assert (made["invitation"]["token"], made["invitation"]["delivery"]) == (None, "mail")
    assert [message["To"] for message in post.sink.received] == [address]
    found = LINK.search(text_of(post))
    assert found is not None
    assert (await accepted(post.service, found[1])).status_code == 200
    assert await post.state(made) == ("sent", None)


async def test_a_message_speaks_both_languages_and_both_forms(post: Post) -> None:
    """Plain text and simple HTML, in Chinese and English, with headers that say who sends it."""
    made = await a_guest(post)
    await post.send()
    (message,) = post.sink.received
    html = message.get_body(("html",))

    assert message["Subject"] == "CIMS 账户邀请 / Your CIMS account"
    assert message["From"] == "CIMS <cims@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert html is not None
    for words in (text_of(post), html.get_content()):
        assert "管理员" in words
        assert "administrator" in words
        assert made["username"] in words


async def test_what_is_sent_is_destroyed(post: Post) -> None:
    """Once sent, neither address nor words stand in the database; before, both are sealed."""
    address = an_address()
    await a_guest(post, email=address)
    (before,) = await post.run("select sealed from messages")
    await post.send()
    (after,) = await post.run("select sealed, state from messages")

    assert address.encode() not in before["sealed"]
    assert (after["sealed"], after["state"]) == (None, "sent")


async def test_it_is_sent_once(post: Post) -> None:
    """Further turns send nothing more."""
    await a_guest(post)
    for _ in range(3):
        await post.send()

    assert len(post.sink.received) == 1


async def test_a_busy_server_is_asked_again_later(post: Post) -> None:
    """After a 451 the message waits, then goes out, under the same id and date."""
    post.sink.faults.append(Fault.BUSY)
    made = await a_guest(post)
    await post.send()
    waiting = (await post.messages(made))[0]
    await post.send()
    early = len(post.sink.received)
    await post.send_now()

    assert (waiting["state"], waiting["trouble"]) == ("queued", "refused-451")
    assert waiting["not_before"] > waiting["queued_at"]
    assert early == 0
    sent = (await post.messages(made))[0]
    assert (sent["state"], sent["tries"], len(post.sink.received)) == ("sent", 2, 1)


async def test_waits_double_up_to_an_hour(post: Post) -> None:
    """Each failure makes the next wait longer."""
    made = await a_guest(post)
    waits = []
    for _ in range(9):
        post.sink.faults.append(Fault.BUSY)
        await post.send_now()
        found = await post.run("select not_before - now() as left from messages")
        waits.append(round(found[0]["left"].total_seconds() / 30))

    assert waits == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    assert (await post.messages(made))[0]["tries"] == 9


async def test_a_refused_message_is_held_and_the_next_one_goes(post: Post) -> None:
    """After a 550 somebody has to look; what waits behind it is not kept back."""
    post.sink.faults.append(Fault.UNKNOWN)
    first, second = await a_guest(post), await a_guest(post)
    await post.send()

    assert await post.state(first) == ("held", "refused-550")
    assert await post.state(second) == ("sent", None)


async def test_a_held_message_can_be_retried(post: Post) -> None:
    """An administrator lets it go out again, once; then it is gone."""
    post.sink.faults.append(Fault.UNKNOWN)
    made = await a_guest(post)
    await post.send()
    client = await post.service.as_("administrator")
    path = f"/v1/messages/{(await post.messages(made))[0]['message_id']}/retry"
    retried = await client.post(path)
    await post.send()
    late = await client.post(path)
    (line,) = await post.service.lines_of(retried)

    assert (retried.status_code, retried.json()["state"]) == (200, "queued")
    assert await post.state(made) == ("sent", None)
    assert (late.status_code, slug(late)) == (409, "message-gone")
    assert (line["operation"], sorted(line["changed"])) == (
        "retry_message",
        ["not_before", "state"],
    )
    assert made["user_id"] in line["detail"]


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (Fault.DROP_IN_DATA, "disconnected"),
        (Fault.HANG, "timeout"),
    ],
)
async def test_a_lost_connection_is_tried_again(post: Post, fault: Fault, trouble: str) -> None:
    """A server that leaves or falls silent in the middle delays a message, no more."""
    post.sink.faults.append(fault)
    made = await a_guest(post)
    await post.send()
    state = await post.state(made)
    await post.send_now()

    assert state == ("queued", trouble)
    assert await post.state(made) == ("sent", None)
    assert len(post.sink.received) == 1


async def test_a_lost_answer_sends_the_same_message_again(post: Post) -> None:
    """SMTP knows no better: the server may get it twice, so it carries the same id and date."""
    post.sink.faults.append(Fault.DROP_AFTER_DATA)
    await a_guest(post)
    await post.send()
    await post.send_now()

    first, second = post.sink.received
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


async def test_what_a_process_died_over_is_sent_when_its_claim_is_over(post: Post) -> None:
    """A claim keeps a message from others for ten minutes, not for ever."""
    await a_guest(post)
    await post.run("update messages set claimed_until = now() + interval '1 minute'")
    await post.send()
    early = len(post.sink.received)
    await post.run("update messages set claimed_until = now()")
    await post.send()

    assert (early, len(post.sink.received)) == (0, 1)


async def test_what_is_too_old_is_given_up(post: Post) -> None:
    """Its words are destroyed unsent, with a line, and it cannot be sent again."""
    made = await a_guest(post)
    await post.run("update messages set not_after = now()")
    await post.send()
    await clear_messages(post.platform)
    path = f"/v1/messages/{(await post.messages(made))[0]['message_id']}/retry"
    answer = await (await post.service.as_("administrator")).post(path)
    lines = await post.run("select detail from audit_lines where operation = 'clear_messages'")

    assert post.sink.received == []
    assert await post.state(made) == ("failed", "outdated")
    assert slug(answer) == "message-gone"
    assert len(lines) == 1


async def test_after_ninety_days_it_is_forgotten(post: Post) -> None:
    """What is done with is removed; what still waits stays."""
    await a_guest(post)
    await post.send()
    await a_guest(post)
    old = "01890000-0000-7000-8000-000000000000"
    await post.run("update messages set message_id = $1 where state = 'sent'", old)
    await clear_messages(post.platform)

    assert [row["state"] for row in await post.run("select state from messages")] == ["queued"]


async def test_each_sending_has_a_line_that_names_nobody(post: Post) -> None:
    """The lines of asking and of sending say to whom by id; address and token stand nowhere."""
    address = an_address()
    made = await a_guest(post, email=address)
    await post.send()
    found = LINK.search(text_of(post))
    lines = await post.run("select * from audit_lines where detail like $1", f"%{made['user_id']}%")

    assert {line["operation"] for line in lines} >= {"create_user", "send_messages"}
    assert found is not None
    for secret in (address, address.partition("@")[0], found[1]):
        assert secret not in str(lines)


async def test_a_new_link_and_suspending_withdraw_the_mail_before(post: Post) -> None:
    """Mail with a link that is of no use any more is not sent."""
    renewed, suspended = await a_guest(post), await a_guest(post)
    await act(post.service, renewed, "invite")
    await act(post.service, suspended, "suspend")
    await post.send()

    assert len(post.sink.received) == 1
    assert [one["trouble"] for one in await post.messages(renewed)] == [None, "withdrawn"]
    assert await post.state(suspended) == ("failed", "withdrawn")


async def test_a_refused_invitation_queues_nothing(post: Post) -> None:
    """Mail and what causes it happen together or not at all."""
    made = await a_guest(post)
    body = {"username": made["username"], "display_name": "何苗", "email": an_address()}
    answer = await (await post.service.as_("administrator")).post("/v1/users", json=body)

    assert slug(answer) == "username-taken"
    assert len(await post.run("select 1 from messages")) == 1


async def test_without_an_address_the_link_is_shown_once(post: Post) -> None:
    """Who has no mailbox gets the link handed over as before."""
    made = await invited(post.service)

    assert made["invitation"]["delivery"] == "shown_once"
    assert (await accepted(post.service, made["invitation"]["token"])).status_code == 200


async def test_a_changed_password_is_told_to_its_owner(post: Post) -> None:
    """Short, without the password; the audit says to whom."""
    made = await a_guest(post, roles=["sales"])
    await post.send()
    found = LINK.search(text_of(post))
    assert found is not None
    await accepted(post.service, found[1])
    client = await signed_in(post.service, made["username"])
    fresh = "another staple battery horse"
    answer = await client.post("/v1/me/password", json={"current": PASSWORD, "new": fresh})
    await post.send()

    assert answer.status_code == 204, answer.text
    assert "password of " + made["username"] in text_of(post)
    assert fresh not in text_of(post)
    assert made["user_id"] in (await post.service.lines_of(answer))[0]["detail"]


async def test_an_altered_message_is_held(post: Post) -> None:
    """What does not open is sent to nobody."""
    made, other = await a_guest(post), await a_guest(post)
    await post.run(
        "update messages a set sealed = b.sealed from messages b where b.user_id <> a.user_id"
    )
    await post.send()

    assert post.sink.received == []
    assert await post.state(made) == await post.state(other) == ("held", "broken")
