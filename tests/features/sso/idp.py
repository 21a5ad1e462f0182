"""An identity provider run by the tests: it listens on the loopback and can go wrong at will."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from jose import jwk, jwt

from app.core.clock import new_id
from app.http.asgi import Receive, Scope, Send

CLIENT_ID, CLIENT_SECRET = "cims at the company", "a secret & more"
REDIRECT = "http://localhost:3000/signed-in"
FORM = b"application/x-www-form-urlencoded"
Signed = Callable[["Idp", dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the provider."""

    kid: str
    algorithm: str
    private: Any

    @classmethod
    def draw(cls, algorithm: str = "RS256") -> "Key":
        """Draw a key."""
        private = (
            rsa.generate_private_key(65537, 2048)
            if algorithm == "RS256"
            else ec.generate_private_key(ec.SECP256R1())
        )
        return cls(f"key-{new_id().hex[-8:]}", algorithm, private)

    @property
    def pem(self) -> str:
        """The private key as text."""
        return str(
            self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "ascii"
        )

    @property
    def public_pem(self) -> bytes:
        """The public key as text."""
        made: bytes = self.private.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        return made

    @property
    def public(self) -> dict[str, Any]:
        """The public key as it is published."""
        members = jwk.construct(self.public_pem.decode(), self.algorithm).to_dict()
        return {**members, "kid": self.kid, "use": "sig"}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """Sign claims."""
        headers = {"kid": self.kid, **header}
        return str(jwt.encode(claims, self.pem, self.algorithm, headers=headers))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at the provider."""

    subject: str
    claims: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Back:
    """What the browser brings back."""

    code: str
    state: str
    iss: str


@dataclass(slots=True)
class _Issued:
    """A code, and what was asked when it was issued."""

    asked: dict[str, str]
    claims: dict[str, Any]
    signed: Signed


def by_the_key(idp: "Idp", claims: dict[str, Any]) -> str:
    """Sign as a provider should."""
    return idp.key.sign(claims)


@dataclass(slots=True)
class Idp:
    """The provider: its keys, the codes it has issued, what it was asked for."""

    key: Key
    issuer: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    published: list[dict[str, Any]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    codes: dict[str, _Issued] = field(default_factory=dict)
    public_client: bool = False

    def authorize(
        self, url: str, person: Person, signed: Signed = by_the_key, **claims: Any
    ) -> Back:
        """Let a person sign in at the address that a browser was sent to."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["code_challenge_method"] == "S256"
        assert (asked["response_type"], asked["redirect_uri"]) == ("code", REDIRECT)
        at = int(time.time())
        told = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": person.subject,
            "iat": at,
            "exp": at + 300,
            "nonce": asked["nonce"],
            **person.claims,
            **claims,
        }
        code = secrets.token_urlsafe(16)
        kept = {name: value for name, value in told.items() if value is not None}
        self.codes[code] = _Issued(asked, kept, signed)
        return Back(code, asked["state"], self.issuer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as a provider does, or as a test has it."""
        path = scope["path"]
        self.asked[path] += 1
        body = await _body(receive)
        status, content = self.answers.get(path) or self._answer(path, scope, body)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, path: str, scope: Scope, body: bytes) -> tuple[int, bytes]:
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps({**self._described(), **self.metadata}).encode()
        if path == "/jwks":
            return 200, json.dumps({"keys": self.published or [self.key.public]}).encode()
        return self._token(scope, body) if path == "/token" else (404, b"{}")

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "code_challenge_methods_supported": ["S256"],
        }

    def _token(self, scope: Scope, body: bytes) -> tuple[int, bytes]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if not self._knows(dict(scope["headers"]), form):
            return 401, b'{"error": "invalid_client"}'
        issued = self.codes.pop(form["code"], None)
        if issued is None or not _fits(issued.asked, form):
            return 400, b'{"error": "invalid_grant"}'
        token = issued.signed(self, issued.claims)
        return 200, json.dumps({"access_token": "x", "id_token": token}).encode()

    def _knows(self, headers: dict[bytes, bytes], form: dict[str, str]) -> bool:
        if self.public_client:
            return form.get("client_id") == CLIENT_ID and b"authorization" not in headers
        pair = b"cims+at+the+company:a+secret+%26+more"
        basic = b"Basic " + base64.b64encode(pair)
        posted = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        return headers.get(b"authorization") == basic or posted


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _fits(asked: dict[str, str], form: dict[str, str]) -> bool:
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    same = form["redirect_uri"] == asked["redirect_uri"]
    return same and hmac.compare_digest(challenge, asked["code_challenge"])
