"""Looking after the outbox: who may, what is shown, and pages."""

from app.core.clock import new_id
from tests.features.mail.mailing import Post, an_address
from tests.features.staff.inviting import invited, slug

SHOWN = {
    *("message_id", "template", "languages", "user_id", "state", "tries", "trouble"),
    *("queued_at", "not_before", "not_after", "sent_at"),
}


async def test_neither_words_nor_address_are_shown(post: Post) -> None:
    """A list says where a message stands, and to whom it goes by id."""
    address = an_address()
    made = await invited(post.service, email=address)
    client = await post.service.as_("administrator")
    answer = await client.get("/v1/messages")
    (message,) = answer.json()["items"]

    assert message.keys() == SHOWN
    assert (message["template"], message["languages"]) == ("invitation", ["zh-CN", "en"])
    assert message["user_id"] == made["user_id"]
    assert address not in answer.text
    assert "token" not in answer.text


async def test_lists_are_narrowed_and_paged(post: Post) -> None:
    """State, template and recipient narrow; a cursor goes on where a page ended."""
    made = [await invited(post.service, email=an_address()) for _ in range(3)]
    client = await post.service.as_("administrator")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"/v1/messages?state=queued&template=invitation&limit=2{cursor}"
        page = (await client.get(path)).json()
        seen += [message["user_id"] for message in page["items"]]
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None

    assert seen == [one["user_id"] for one in reversed(made)]
    assert (await client.get("/v1/messages?state=sent")).json()["items"] == []


async def test_what_cannot_be_asked_is_refused(post: Post) -> None:
    """Unknown states, names and messages get the usual answers."""
    client = await post.service.as_("administrator")
    for query in ("state=lost", "user_id=7", f"template={'x' * 101}"):
        assert slug(await client.get(f"/v1/messages?{query}")) == "malformed"

    assert slug(await client.get("/v1/messages?address=a")) == "field-not-available"
    assert slug(await client.post(f"/v1/messages/{new_id()}/retry")) == "not-found"


async def test_only_administrators_look(post: Post) -> None:
    """Others get neither the list nor another try."""
    for role in ("sales", "data_officer", "auditor"):
        client = await post.service.as_(role)
        assert (await client.get("/v1/messages")).status_code == 403
        assert (await client.post(f"/v1/messages/{new_id()}/retry")).status_code == 403


async def test_an_import_mails_the_links(post: Post) -> None:
    """Each newcomer with an address gets mail; the answer shows the links of the others."""
    items = [
        {"username": f"guest_{new_id().hex}", "display_name": "何苗", "email": an_address()},
        {"username": f"guest_{new_id().hex}", "display_name": "何苗"},
    ]
    client = await post.service.as_("administrator")
    answer = await client.post("/v1/users/import", json={"items": items})
    await post.send()
    mailed, shown = (one["invitation"] for one in answer.json()["items"])

    assert (mailed["delivery"], mailed["token"]) == ("mail", None)
    assert (shown["delivery"], bool(shown["token"])) == ("shown_once", True)
    assert len(post.sink.received) == 1
