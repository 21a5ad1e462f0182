"""Explanations of problems: both languages, escaped, with the calls that answer them."""

from app.core.problems import REGISTRY, MethodNotAllowed, Problem, Stale
from app.http.explanations import Explainer, operations_by_problem
from app.routes import all_routes


def _sharp() -> type[Problem]:
    """Make a problem whose words are marks, and take it off the register again."""

    class Sharp(Problem):
        """Holds <b>marks</b> & signs."""

        slug, status = "sharp", 400
        title, title_zh = "<script>alert(1)</script>", "尖 & 锐"

    return REGISTRY.pop(Sharp.slug)


def test_the_calls_that_answer_a_problem_are_found() -> None:
    """Each is a place on the docs page."""
    used = operations_by_problem(all_routes())

    assert "customers/change_customer" in used["stale"]
    assert "method-not-allowed" not in used


def test_a_page_explains_a_problem() -> None:
    """Status, slug, both titles, what it means, and links to the calls."""
    page = Explainer(chinese=False).one(Stale, ["customers/change_customer"])

    assert '<html lang="en">' in page
    assert f"<h1>{Stale.title}</h1>" in page
    assert Stale.title_zh in page
    assert "412 <code>stale</code>" in page
    assert "as far as this actor sees it." in page
    assert '<a href="/docs#/customers/change_customer">change_customer</a>' in page


def test_the_reader_s_language_comes_first() -> None:
    """In Chinese, the Chinese title is the heading and the English one stands below."""
    page = Explainer(chinese=True).one(MethodNotAllowed, [])

    assert '<html lang="zh-CN">' in page
    assert f"<h1>{MethodNotAllowed.title_zh}</h1>" in page
    assert f'lang="en">{MethodNotAllowed.title}<' in page
    assert "没有操作会单独返回此问题。" in page


def test_what_stands_in_a_page_is_escaped() -> None:
    """Titles and docstrings are text, never marks."""
    page = Explainer(chinese=False).one(_sharp(), ['a/"><i>'])

    assert "<script>" not in page
    assert "&lt;b&gt;marks&lt;/b&gt; &amp; signs" in page
    assert "<i>" not in page


def test_the_list_is_ordered_by_status() -> None:
    """Every problem has a link to its page."""
    page = Explainer(chinese=False).all([Stale, MethodNotAllowed])

    assert page.index("/problems/method-not-allowed") < page.index("/problems/stale")
