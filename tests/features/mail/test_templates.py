"""Templates: every one in both languages, values as words only."""

import pytest

from app.features.factors.letters import FACTORS_RESET, RECOVERY_CODE_USED
from app.features.identity.letters import PASSWORD_CHANGED
from app.features.mail.templates import BOTH, Language, Template, Wording
from app.features.staff.letters import INVITATION

VALUES = {"username": "lin", "link": "https://crm.example.com/#x", "until": "then", "at": "now"}
OURS = [INVITATION, PASSWORD_CHANGED, FACTORS_RESET, RECOVERY_CODE_USED]
GREETING = Template(
    code="greeting",
    wordings={
        Language.ZH: Wording("问候", ("您好，{name}", "{link}")),
        Language.EN: Wording("Greeting", ("Hello {name}", "{link}")),
    },
)


@pytest.mark.parametrize("template", OURS, ids=lambda template: template.code)
def test_ours_are_written_in_both_languages(template: Template) -> None:
    """Each has its words in Chinese and English, and a subject of one line."""
    letter = template.letter(BOTH, VALUES)

    assert template.wordings.keys() == set(BOTH)
    assert letter.subject.isprintable()
    assert "CIMS" in letter.subject
    assert "{" not in letter.text + letter.html


def test_one_language_alone() -> None:
    """Who is known to read one language gets that one."""
    letter = GREETING.letter([Language.EN], {"name": "Lin", "link": "https://example.com"})

    assert (letter.subject, letter.text) == ("Greeting", "Hello Lin\n\nhttps://example.com\n")


def test_values_are_no_html() -> None:
    """A name with brackets shows as it is written; braces in it mean nothing."""
    letter = GREETING.letter(
        BOTH, {"name": '<img src="x">{link}', "link": 'https://example.com/?a=1&b="2"'}
    )

    assert "<img" not in letter.html
    assert "&lt;img" in letter.html
    assert 'href="https://example.com/?a=1&amp;b=&quot;2&quot;"' in letter.html
    assert '<img src="x">{link}' in letter.text
