"""Mail, web, WeChat and QQ."""

import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.kinds import EMAIL, QQ, URL, WECHAT, Invalid

PLAIN = r"[a-z0-9_+-]{1,33}(\.[a-z0-9_+-]{1,32})?@([a-z0-9]{1,25}\.){1,3}(cn|com|net|org)"


@pytest.mark.parametrize(
    ("spelling", "address"),
    [
        ("Zhang.Wei@Example.COM", "zhang.wei@example.com"),
        (" zhang@mail.example.co.uk ", "zhang@mail.example.co.uk"),
        ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "zhang@example.com"),
        ("o'brien+news@example-shop.de", "o'brien+news@example-shop.de"),
        ("张伟@例子.com", "张伟@例子.com"),
    ],
)
def test_address_is_folded(spelling: str, address: str) -> None:
    """Case and width make no difference to an address."""
    assert EMAIL.normalise(spelling) == address


@pytest.mark.parametrize(
    "spelling",
    [
        *("zhang", "zhang@", "@example.com", "a@b", "a b@example.com", "a..b@example.com"),
        *("a@localhost", "a@example.test", "a@-example.com", "a@example.com, b@example.com"),
        *("Zhang <a@example.com>", "a@[127.0.0.1]", f"{'a' * 65}@example.com"),
    ],
)
def test_what_is_no_address_is_refused(spelling: str) -> None:
    """An address has one name and a public domain."""
    with pytest.raises(Invalid, match=r"^email-invalid$"):
        EMAIL.normalise(spelling)


@settings(deadline=None)
@given(st.from_regex(PLAIN, fullmatch=True))
def test_short_way_agrees_with_the_validator(address: str) -> None:
    """The quick reading accepts nothing that the validator would refuse or change."""
    try:
        normalised = EMAIL.normalise(address)
    except Invalid:
        return

    assert normalised == validate_email(address, check_deliverability=False, strict=True).normalized


@settings(deadline=None)
@given(st.emails())
def test_mask_of_an_address_tells_one_letter(address: str) -> None:
    """A masked address has one form and length, and shows neither name nor domain."""
    mask = EMAIL.mask(address)

    assert mask == f"{address[0]}***@***"


@pytest.mark.parametrize(
    ("spelling", "address"),
    [
        ("https://www.example.com/", "https://www.example.com/"),
        ("HTTP://WWW.Example.com", "http://www.example.com/"),
        ("www.example.com/Tea?x=1#a", "https://www.example.com/Tea?x=1#a"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("https://例子.com/公司（中国）", "https://例子.com/公司（中国）"),
    ],
)
def test_web_address_gets_scheme_and_path(spelling: str, address: str) -> None:
    """A bare domain becomes a full address; nothing in its path is changed."""
    assert URL.normalise(spelling) == address
    assert URL.normalise(address) == address


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        *((text, "url-invalid") for text in ("javascript:alert(1)", "ftp://example.com", "tea")),
        *((text, "url-invalid") for text in ("http://a:b@example.com", "mailto:a@example.com")),
        *(
            (text, "url-invalid")
            for text in ("http://[::1]/", "http://a..b/", "https://x.com:99999")
        ),
        *((text, "url-invalid") for text in ("https://example.com/a b", "https://\u2100.com/")),
        ("https://" + "\u4e00" * 80 + ".com", "url-invalid"),
        ("example.com/" + "x" * 1985, "text-too-long"),
        (None, "type-string"),
    ],
)
def test_what_is_no_web_address_is_refused(spelling: object, code: str) -> None:
    """Other schemes, credentials, single words and bad hosts are refused."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        URL.normalise(spelling)


def test_handles_are_folded() -> None:
    """A WeChat id ignores case and may be a mobile number; a QQ number is digits."""
    assert WECHAT.normalise(" Zhang_Wei-1 ") == "zhang_wei-1"
    assert WECHAT.normalise("１３８００００００００") == "13800000000"
    assert QQ.normalise("１００００００") == "1000000"


@pytest.mark.parametrize(
    "handle", ["zhang", "1zhangwei", "zhang wei", "张伟张伟张伟", "z" * 20 + "\n."]
)
def test_bad_wechat_id_is_refused(handle: str) -> None:
    """A WeChat id begins with a letter and has at least six characters."""
    with pytest.raises(Invalid):
        WECHAT.normalise(handle)


@pytest.mark.parametrize("number", ["0123456", "1234", "1234567890a", "一二三四五"])
def test_bad_qq_number_is_refused(number: str) -> None:
    """A QQ number has five digits or more and no leading zero."""
    with pytest.raises(Invalid, match=r"^qq-invalid$"):
        QQ.normalise(number)


def test_handle_masks_keep_one_character() -> None:
    """Of a handle the first character shows."""
    assert WECHAT.mask("zhang_wei") == "z***"
    assert QQ.mask("1000000") == "1***"
