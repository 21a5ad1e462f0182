"""Forging tokens: right ones with one thing wrong, for the tests that refuse them."""

import base64
import json
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from app.core.keys import SigningKey
from app.core.tokens import TokenRefused, Tokens
from tests.core.rings import a_ring, a_signing_key

SUBJECT = UUID("01900000-0000-7000-8000-000000000001")
SESSION = UUID("01900000-0000-7000-8000-000000000002")
SCOPES = frozenset({"customers:read", "contact:masked", "self:read"})
KEY = a_signing_key()
TOKENS = Tokens(a_ring(KEY), "cims", "cims-api")
CLAIMS = ("iss", "aud", "sub", "client_id", "jti", "sid", "iat", "nbf", "exp", "scope")


def encode(octets: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(part: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def a_token(**changes: object) -> str:
    """Issue a token, or one with other claims, signed by the right key; None leaves one out."""
    token = TOKENS.issue(SUBJECT, "cims", SCOPES, SESSION)
    if not changes:
        return token
    claims = {**json.loads(decode(token.split(".")[1])), **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    return signed(header_of(token), json.dumps(kept).encode())


def header_of(token: str) -> bytes:
    """Return the header as it was written."""
    return decode(token.partition(".")[0])


def a_header(**changes: object) -> bytes:
    """Write the right header with changes; None leaves a member out."""
    header = {"alg": "ES256", "kid": KEY.kid, "typ": "at+jwt", **changes}
    kept = {name: value for name, value in header.items() if value is not None}
    return json.dumps(kept, separators=(",", ":"), sort_keys=True).encode()


def signed(header: bytes, payload: bytes | None = None, key: SigningKey = KEY) -> str:
    """Sign a header and a payload, good claims unless another one is given, as ES256 does."""
    if payload is None:
        payload = decode(a_token().split(".")[1])
    return signed_text(f"{encode(header)}.{encode(payload)}", key)


def signed_text(signing_input: str, key: SigningKey = KEY) -> str:
    """Append the ES256 signature of whatever text."""
    r, s = decode_dss_signature(key.private.sign(signing_input.encode(), ECDSA(SHA256())))
    return f"{signing_input}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def refused(token: str) -> bool:
    """Whether the token is refused, in the one way there is."""
    try:
        TOKENS.verify(token)
    except TokenRefused as refusal:
        return refusal.args == () and refusal.__suppress_context__
    return False


WRONG_CLAIMS: dict[str, list[object]] = {
    "iss": ["another", ["cims"]],
    "aud": ["another", ["cims-api"], ""],
    "sub": ["sales", 1],
    "client_id": [1],
    "jti": ["", 1],
    "sid": ["a session", 1, ""],
    "auth_time": [True, "60", 0, -1, 1.5, 9999999999],
    "azp": ["another"],
    "scope": [["self:read"], 1],
    "exp": [True, "9999999999", 9999999999.5, 1e400],
    "iat": [False, "0"],
    "nbf": [True],
    "act": [{"sub": "somebody"}],
}
WRONG_HEADERS: list[dict[str, object]] = [
    {"typ": "JWT"},
    {"typ": "AT+JWT"},
    {"typ": None},
    {"kid": "0123456789abcdef"},
    {"kid": None},
    {"kid": 1},
    {"alg": "ES384"},
    {"alg": "none"},
    {"alg": "HS256"},
    {"alg": None},
    {"crit": ["exp"]},
    {"crit": ["b64"], "b64": False},
    {"jwk": {"kty": "oct", "k": "AAAA"}},
    {"jku": "https://example.com/keys"},
    {"x5c": []},
    {"cty": "JWT"},
    {"zip": "DEF"},
]
WRONG_SPELLINGS: list[str] = [
    '{"alg":"ES256","alg":"ES256","kid":"%s","typ":"at+jwt"}',
    '{"alg":"none","alg":"ES256","kid":"%s","typ":"at+jwt"}',
    '{"alg":"ES256","kid":"%s","kid":"%s","typ":"at+jwt"}',
    '{"alg":"ES256","kid":"%s","typ":"JWT","typ":"at+jwt"}',
    '{"typ":"at+jwt","kid":"%s","alg":"ES256"}',
    '{"alg":"ES256","kid":"%s","typ":"at+jwt"} ',
    '\ufeff{"alg":"ES256","kid":"%s","typ":"at+jwt"}',
]
WRONG_FORMS: list[str] = [
    "{h}.{p}.{s}junk",
    "{h}.{p}.{s}.{s}",
    "{h}.{p}.{s}=",
    "{h}.{p}.{s}==",
    "{h}.{p}.{s}\n",
    "{h}.{p}. {s}",
    "{h}.{p}.{s}!",
    "{h}.{p}.{s}%00",
    "{h}.{p}.{s}é",
    "{h}.{p}=.{s}",
    "{h}=.{p}.{s}",
    " {h}.{p}.{s}",
    "{h}.{p}",
    "{h}..{s}",
    ".{p}.{s}",
    "{h}.{p}.",
    "..",
    "",
]
