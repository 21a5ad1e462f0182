"""Explanations: what a problem means and which calls answer it, as a page in both languages."""

from collections.abc import Iterable
from html import escape
from typing import Final

from app.core.problems import Problem
from app.http.refusals import refusals_of
from app.http.routes import LeanRoute

LANGUAGES: Final = ("en", "zh-CN")
WORDS: Final = {
    "all": ("All problems", "全部问题"),
    "status": ("Status", "状态码"),
    "operations": ("Calls that may answer this", "可能返回此问题的操作"),
    "none": ("No call of its own answers this.", "没有操作会单独返回此问题。"),
}
PAGE: Final = """\
<!doctype html>
<html lang="{language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{title} - CIMS</title>
    <link rel="icon" href="/docs/assets/favicon.png">
    <link rel="stylesheet" href="/docs/assets/pages.css">
  </head>
  <body>
{content}
  </body>
</html>
"""


def operations_by_problem(routes: Iterable[LeanRoute]) -> dict[str, list[str]]:
    """Collect which operations answer each problem, as places on the docs page: tag/operation."""
    found: dict[str, list[str]] = {}
    for route in routes:
        for problem in refusals_of(route):
            found.setdefault(problem.slug, []).append(f"{route.tags[0]}/{route.name}")
    return found


class Explainer:
    """Writes the pages of problems, the reader's language first."""

    def __init__(self, *, chinese: bool) -> None:
        self._place = int(chinese)
        self.language, self._other = LANGUAGES[:: -1 if chinese else 1]

    def one(self, problem: type[Problem], operations: list[str]) -> str:
        """Write the page of one problem."""
        title, other = self._titles(problem)
        links = "".join(_item(f"/docs#/{place}", place.split("/")[1]) for place in operations)
        return self._page(
            title,
            f"""\
    <p><a href="/problems">{self._word("all")}</a></p>
    <h1>{title}</h1>
    <p class="other" lang="{self._other}">{other}</p>
    <p>{self._word("status")} {problem.status} <code>{escape(problem.slug)}</code></p>
    <p lang="en">{escape(" ".join((problem.__doc__ or "").split()))}</p>
    <h2>{self._word("operations")}</h2>
    <ul>{links or f"<li>{self._word('none')}</li>"}</ul>""",
        )

    def all(self, problems: Iterable[type[Problem]]) -> str:
        """Write the list of all problems, by status."""
        ordered = sorted(problems, key=lambda problem: (problem.status, problem.slug))
        rows = "\n".join(self._row(problem) for problem in ordered)
        title = self._word("all")
        return self._page(title, f"    <h1>{title}</h1>\n    <table>\n{rows}\n    </table>")

    def _row(self, problem: type[Problem]) -> str:
        title, other = self._titles(problem)
        slug = escape(problem.slug)
        return (
            f'      <tr><td>{problem.status}</td><td><a href="/problems/{slug}">{slug}</a></td>'
            f'<td>{title}<br><span class="other" lang="{self._other}">{other}</span></td></tr>'
        )

    def _titles(self, problem: type[Problem]) -> tuple[str, str]:
        both = (escape(problem.title), escape(problem.title_zh))
        return both[self._place], both[1 - self._place]

    def _word(self, name: str) -> str:
        return WORDS[name][self._place]

    def _page(self, title: str, content: str) -> str:
        return PAGE.format(language=self.language, title=title, content=content)


def _item(address: str, text: str) -> str:
    return f'<li><a href="{escape(address)}">{escape(text)}</a></li>'
