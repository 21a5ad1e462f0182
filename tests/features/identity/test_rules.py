"""Password rules: length and what is guessed first; nothing else is asked of a password."""

import subprocess
import sys

import pytest

from app.features.identity import blocklist
from app.features.identity.blocklist import common_passwords, is_common
from app.features.identity.rules import fault_of

NAME = "lin.xiao"


@pytest.mark.parametrize(
    "password",
    [
        "three clouds above the old mill",
        "correct horse battery staple",
        "qmxvbtzpwkdrhgf",
        "我们的院子里有三棵很老很老的枣树",
        "🦊🐢🦉🐙🦋🐝🐞🦀🐠🐬🦓🦒🐘🦔🐿",
        "               x y z w",
        "the customer is always a little late",
        "lin.xiao keeps seven grey herons",
        "a" * 100 + "bcdef" * 31,
    ],
)
def test_good_passwords(password: str) -> None:
    """Any characters make a good password, if there are enough of them."""
    assert fault_of(password, NAME, has_factor=False) is None


@pytest.mark.parametrize(
    "password",
    [
        "password1234567",
        "Password!!!!!!!!",
        "ＰＡＳＳＷＯＲＤ１２３４５６７",
        "passwordpassword",
        "qwertyuiopqwertyuiop",
        "aaaaaaaaaaaaaaa",
        "abababababababab",
        "123456781234567812345678",
        "111111111111111111",
        "iloveyouiloveyou2026",
        "cims-customer-2026",
        "Administrator-CIMS-2026!",
        "Lin.Xiao-Lin.Xiao",
        "lin.xiao-2026-12-31",
        "customermanagementsystem",
        "客户信息管理系统客户信息管理系统",
        "sunshine-sunshine-sunshine",
    ],
)
def test_what_is_guessed_first(password: str) -> None:
    """Common ones, dressed up or repeated, the own name and the product's words are refused."""
    assert fault_of(password, NAME, has_factor=False) == "password-common"


@pytest.mark.parametrize(
    ("password", "has_factor", "code"),
    [
        ("qmxvbtzpwkdrhg", False, "password-short"),
        ("e\u0301" * 8, False, "password-short"),
        ("qmxvbtz", True, "password-short-with-factor"),
        ("qmxvbtzp", True, None),
        ("sunshine", True, "password-common"),
        ("trustno1", True, "password-common"),
        ("qmxvbtzpwkdrhgf " * 16, False, None),
        ("qmxvbtzpwkdrhgf " * 17, False, "text-too-long"),
    ],
)
def test_length(password: str, code: str | None, *, has_factor: bool) -> None:
    """Fifteen characters, eight beside a second factor, 256 at most, counted in one form (NFC)."""
    assert fault_of(password, NAME, has_factor=has_factor) == code


def test_list_is_long_enough() -> None:
    """The list holds many more than the 3,000 that are asked for."""
    assert len(common_passwords()) > 20_000
    assert is_common("PassWord")
    assert not is_common("three clouds above the old mill")


def test_missing_list_is_no_empty_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the package ever keeps its list elsewhere, no password is let through."""
    monkeypatch.setattr(blocklist, "FILE", "feedback.py")

    with pytest.raises(LookupError, match="zxcvbn"):
        common_passwords.__wrapped__()


def test_package_is_never_imported() -> None:
    """Its list is read, and nothing else of it comes into memory."""
    code = (
        "import sys, app.features.identity.rules as rules; "
        "print(rules.is_common('password'), [n for n in sys.modules if n.startswith('zxcvbn')])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "True []"
