"""Headers in the document: what a request may bring and an answer carries."""

import re

from app.http.headers import ANSWER, REQUEST, answer_headers
from app.http.layers import REQUEST_ID


def test_headers_are_referred_to_by_name() -> None:
    """Answers refer to shared descriptions, the request id always among them."""
    assert answer_headers("ETag") == {
        "ETag": {"$ref": "#/components/headers/ETag"},
        "X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"},
    }
    assert all(described["description"] for described in ANSWER.values())


def test_a_request_id_that_the_document_admits_is_taken() -> None:
    """The pattern is the one that the service goes by."""
    pattern = re.compile(REQUEST["RequestId"]["schema"]["pattern"])

    for given in ("order-4711", "short", "x" * 65, "with space 1"):
        assert bool(pattern.search(given)) == bool(REQUEST_ID.match(given.encode()))
