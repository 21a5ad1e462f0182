"""The introduction: the parts of the service by name."""

from app.http.introduction import TAGS, tags_of
from app.routes import all_routes


def test_every_tag_has_a_name_in_both_languages() -> None:
    """No route stands under a tag that nobody described, and no description is without routes."""
    assert {str(route.tags[0]) for route in all_routes()} == TAGS.keys()


def test_a_tag_that_nobody_described_stands_for_itself() -> None:
    """New ground can be shown before it is named."""
    assert tags_of(["stars"]) == [{"name": "stars", "description": "stars"}]
