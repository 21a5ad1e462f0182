"""Access tokens: what we issue comes back, and nothing else does, whoever wrote it."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from jose import jwt

from app.core import tokens as module
from app.core.clock import now
from app.core.tokens import TokenRefused, Tokens
from tests.core.forging import (
    CLAIMS,
    KEY,
    SCOPES,
    SESSION,
    SUBJECT,
    TOKENS,
    WRONG_CLAIMS,
    WRONG_FORMS,
    WRONG_HEADERS,
    WRONG_SPELLINGS,
    a_header,
    a_token,
    decode,
    encode,
    header_of,
    refused,
    signed,
    signed_text,
)
from tests.core.rings import a_ring, a_signing_key


def test_what_is_issued_comes_back() -> None:
    """A token of ours says whom it is for, which rights it bears and how long."""
    at = now()

    claims = TOKENS.verify(TOKENS.issue(SUBJECT, "cims", SCOPES, SESSION))

    assert (claims.subject, claims.client_id, claims.scopes) == (SUBJECT, "cims", SCOPES)
    assert abs(claims.expires_at - at - timedelta(minutes=15)) < timedelta(seconds=2)
    assert str(UUID(claims.token_id)) == claims.token_id


def test_session_and_factor_come_back() -> None:
    """A token names its session, and the moment of a second factor when one was proven."""
    for at in (None, now().replace(microsecond=0)):
        claims = TOKENS.verify(TOKENS.issue(SUBJECT, "cims", SCOPES, SESSION, at))
        assert (claims.session, claims.factor_at) == (SESSION, at)


def test_shape_is_that_of_rfc_9068() -> None:
    """Header and claims are exactly those of an access token."""
    token = a_token()

    assert json.loads(header_of(token)) == {"alg": "ES256", "kid": KEY.kid, "typ": "at+jwt"}
    assert tuple(json.loads(decode(token.split(".")[1]))) == CLAIMS


def test_no_two_tokens_share_an_id() -> None:
    """Each token can be told from every other."""
    ids = {TOKENS.verify(a_token()).token_id for _ in range(20)}

    assert len(ids) == 20


def test_builders_make_good_tokens() -> None:
    """What the tests below sign themselves is refused for its changes, not for its making."""
    assert not refused(signed(a_header()))
    assert not refused(a_token(jti="another"))


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_is_required(name: str) -> None:
    """A token that lacks a claim is refused, the audience included."""
    assert refused(a_token(**{name: None}))


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG_CLAIMS.items() for value in values]
)
def test_claims_have_their_values_and_types(name: str, value: object) -> None:
    """A claim of another issuer, audience or type is refused; so is one that we do not know."""
    assert refused(a_token(**{name: value}))


@pytest.mark.parametrize("payload", [b"[]", b'"text"', b"null", b"{", b"\xff", b"{}"])
def test_payload_is_an_object(payload: bytes) -> None:
    """A signed payload that is no claims set is refused."""
    assert refused(signed(a_header(), payload))


@pytest.mark.parametrize(
    ("moved", "good"),
    [
        ({"iat": -901, "nbf": -901, "exp": -1}, False),
        ({"iat": -900, "nbf": -900, "exp": 0}, False),
        ({"iat": -890, "nbf": -890, "exp": 10}, True),
        ({"nbf": 30}, False),
        ({"iat": 30, "nbf": 30, "exp": 900}, False),
        ({"iat": 3, "nbf": 3, "exp": 900}, True),
        ({"exp": 86_400}, False),
        ({"iat": 0, "exp": 901}, False),
        ({"iat": 0, "exp": 900}, True),
    ],
)
def test_time_is_kept(
    monkeypatch: pytest.MonkeyPatch, moved: dict[str, int], *, good: bool
) -> None:
    """A token is good from now, give or take five seconds, for at most 15 minutes."""
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(module, "now", lambda: at)
    claims = {name: int(at.timestamp()) + seconds for name, seconds in moved.items()}

    assert refused(a_token(**claims)) is not good


@pytest.mark.parametrize("changes", WRONG_HEADERS)
def test_header_is_exact(changes: dict[str, object]) -> None:
    """One member more, less or other than ours, and the token is refused though well signed."""
    assert refused(signed(a_header(**changes)))


@pytest.mark.parametrize("text", WRONG_SPELLINGS)
def test_header_has_one_spelling(text: str) -> None:
    """Members given twice, reordered or spaced out are not ours."""
    assert refused(signed(text.replace("%s", KEY.kid).encode()))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("signature", ["", "AA", "keep"])
def test_unsigned_token_is_refused(algorithm: str, signature: str) -> None:
    """An algorithm of none is refused with whatever stands in the signature's place."""
    _, payload, good = a_token().split(".")
    header = encode(a_header(alg=algorithm))

    assert refused(f"{header}.{payload}.{good if signature == 'keep' else signature}")


def _public(encoding: Encoding) -> bytes:
    return KEY.private.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("typ", ["at+jwt", "JWT"])
@pytest.mark.parametrize(
    "secret",
    [_public(Encoding.DER), _public(Encoding.PEM), _public(Encoding.PEM).strip(), b""],
    ids=["der", "pem", "pem-stripped", "empty"],
)
def test_public_key_is_no_shared_secret(secret: bytes, typ: str) -> None:
    """An HMAC under our public key, which everybody knows, is refused."""
    signing_input = f"{encode(a_header(alg='HS256', typ=typ))}.{a_token().split('.')[1]}"
    mac = hmac.digest(secret, signing_input.encode(), "sha256")

    assert refused(f"{signing_input}.{encode(mac)}")
    assert refused(f"{a_token().rpartition('.')[0]}.{encode(mac)}")


def test_token_of_python_jose_itself_is_refused() -> None:
    """Even a well-signed token of the library's usual make is not an access token."""
    claims = json.loads(decode(a_token().split(".")[1]))
    pem = KEY.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    assert refused(jwt.encode(claims, pem, algorithm="ES256", headers={"kid": KEY.kid}))


def test_another_key_is_refused() -> None:
    """A signature by any other key is refused, under its own id and under ours."""
    other = a_signing_key()

    assert refused(signed(a_header(), key=other))
    assert refused(signed(a_header(kid=other.kid), key=other))


@pytest.mark.parametrize("form", WRONG_FORMS)
def test_parts_are_canonical(form: str) -> None:
    """A token has three parts of base64url in its one spelling, and nothing else."""
    header, payload, signature = a_token().split(".")

    assert refused(form.format(h=header, p=payload, s=signature))


@pytest.mark.parametrize("spoilt", ["{h}.{p}=", "{h}.{p}==", "{h}. {p}", "{h}.{p}!", "{h}=.{p}"])
def test_signing_makes_no_spelling_good(spoilt: str) -> None:
    """Not even the right key makes a token of parts that are spelt otherwise."""
    header, payload, _ = a_token().split(".")

    assert not refused(signed_text(f"{header}.{payload}"))
    assert refused(signed_text(spoilt.format(h=header, p=payload)))


@pytest.mark.parametrize("start", [0, 1, 31, 32])
@pytest.mark.parametrize("end", [0, 1, 32, 63, 64])
@pytest.mark.parametrize("after", [0, 1, 64])
def test_signature_has_64_bytes(start: int, end: int, after: int) -> None:
    """Cut, moved or filled up, a signature is none."""
    head, _, signature = a_token().rpartition(".")
    octets = decode(signature)
    spoilt = octets[start:end] + bytes(after)

    assert refused(f"{head}.{encode(spoilt)}") is (spoilt != octets)


def test_last_characters_have_one_spelling() -> None:
    """Bits that decoding ignores must be zero, or one token would have several names."""
    head, _, signature = a_token().rpartition(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place = alphabet.index(signature[-1])
    others = [alphabet[place ^ bits] for bits in range(1, 16)]
    same = [other for other in others if decode(signature[:-1] + other) == decode(signature)]

    assert len(same) == 15
    assert all(refused(f"{head}.{signature[:-1]}{other}") for other in same)


def test_signature_in_der_is_refused() -> None:
    """ES256 signatures are two numbers of 32 bytes, not the DER form that libraries yield."""
    head = a_token().rpartition(".")[0]
    der = KEY.private.sign(head.encode(), ECDSA(SHA256()))

    assert refused(f"{head}.{encode(der)}")


def test_large_token_is_refused() -> None:
    """More than 4 KiB is not looked at, even if it is well signed."""
    small = TOKENS.issue(SUBJECT, "cims", frozenset({"s" * 2000}), SESSION)
    large = TOKENS.issue(SUBJECT, "cims", frozenset({"s" * 3600}), SESSION)

    assert not refused(small)
    assert len(large) > 5 * 1024
    assert refused(large)


@given(st.text(max_size=200))
def test_no_text_brings_it_down(text: str) -> None:
    """Any text is refused in the same way, whatever stands in it."""
    assert refused(text)
    assert refused(f"{a_token()}{text}") is bool(text)


@given(st.integers(0, 2), st.integers(0, 400), st.sampled_from("ABCabc019-_.=+/ \n\x00é"))
def test_no_changed_character_goes_through(part: int, place: int, character: str) -> None:
    """A token with one character changed is refused."""
    parts = a_token().split(".")
    at = place % len(parts[part])
    before = parts[part]
    parts[part] = before[:at] + character + before[at + 1 :]

    assert refused(".".join(parts)) is (parts[part] != before)


def test_old_signing_key_still_verifies() -> None:
    """After a rotation the newest key signs, and tokens of the old one live out their time."""
    old, new = a_signing_key(), a_signing_key()
    before = Tokens(a_ring(old), "cims", "cims-api").issue(SUBJECT, "cims", SCOPES, SESSION)
    after = Tokens(a_ring(old, new), "cims", "cims-api")

    assert after.verify(before).subject == SUBJECT
    assert json.loads(header_of(after.issue(SUBJECT, "cims", SCOPES, SESSION)))["kid"] == new.kid
    with pytest.raises(TokenRefused):
        Tokens(a_ring(new), "cims", "cims-api").verify(before)


def test_published_keys_verify_and_are_public() -> None:
    """Whoever reads the published keys can verify our tokens, and sign none."""
    token = a_token()
    published = TOKENS.jwks()["keys"]

    assert [set(key) for key in published] == [{"kty", "crv", "x", "y", "alg", "use", "kid"}]
    read = jwt.decode(token, published[0], algorithms=["ES256"], audience="cims-api", issuer="cims")
    assert read["sub"] == str(SUBJECT)


@pytest.mark.parametrize("minutes", [0, -1, 16])
def test_lifetime_is_bounded(minutes: int) -> None:
    """No token lives longer than a quarter of an hour, or not at all."""
    with pytest.raises(ValueError, match="at most 15 minutes"):
        Tokens(a_ring(), "cims", "cims-api", timedelta(minutes=minutes))


def test_lifetime_can_be_shorter() -> None:
    """An installation may let its tokens end sooner."""
    short = Tokens(a_ring(KEY), "cims", "cims-api", timedelta(minutes=2))

    claims = short.verify(short.issue(SUBJECT, "cims", SCOPES, SESSION))

    assert claims.expires_at - now() < timedelta(minutes=2, seconds=1)
