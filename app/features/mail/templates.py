"""Templates: what a message says, in each language; values go into its paragraphs only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final

RULE: Final = "\n\n--------\n\n"


class Language(StrEnum):
    """A language that messages are written in."""

    ZH = "zh-CN"
    EN = "en"


# Nothing tells yet which language a colleague reads: both stand in one message.
BOTH: Final = (Language.ZH, Language.EN)


@dataclass(frozen=True, slots=True)
class Wording:
    """A template in one language; `{names}` in the paragraphs stand for values."""

    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """A message as it is read: its subject, and its words twice."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message that is written again and again; features declare their own."""

    code: str
    wordings: Mapping[Language, Wording]

    def letter(self, languages: Sequence[Language], values: Mapping[str, str]) -> Letter:
        """Write it in these languages, one below the other; a value named `link` becomes one.

        A subject takes no values: nothing from outside can reach a header.
        """
        chosen = [(language, self.wordings[language]) for language in languages]
        return Letter(
            " / ".join(wording.subject for _, wording in chosen),
            RULE.join(_text(wording, values) for _, wording in chosen) + "\n",
            _page("<hr>".join(_part(language, wording, values) for language, wording in chosen)),
        )


def _text(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n\n".join(paragraph.format(**values) for paragraph in wording.paragraphs)


def _part(language: Language, wording: Wording, values: Mapping[str, str]) -> str:
    escaped = {name: escape(value) for name, value in values.items()}
    if "link" in escaped:
        escaped["link"] = f'<a href="{escaped["link"]}">{escaped["link"]}</a>'
    paragraphs = (paragraph.format(**escaped) for paragraph in wording.paragraphs)
    return f'<div lang="{language}">{"".join(f"<p>{one}</p>" for one in paragraphs)}</div>'


def _page(body: str) -> str:
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'
