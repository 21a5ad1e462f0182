"""Passkeys (WebAuthn, level 3) behind this one wrapper of py_webauthn.

The library is imported when the first passkey is used. Which authenticator somebody has is not
asked for: attestation is `none`, or `packed` by the passkey's own key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from app.features.factors.challenges import bytes_of
from app.features.factors.rules import FactorRules

WAIT: Final = 300_000  # milliseconds; as long as the challenge lives
FORMATS: Final = frozenset({"none", "packed"})
LONGEST_ID: Final = 1023
CHALLENGED: Final = "clientDataJSON"


class CeremonyFailed(Exception):  # noqa: N818 - an answer; which part failed is not said
    """What the browser sent is no answer to this challenge for this site."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A new passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey as it is kept."""

    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Account:
    """For whom a passkey is made; the handle is the user's id."""

    handle: bytes
    username: str
    display_name: str


def creation_options(
    rules: FactorRules, account: Account, challenge: str, held: Iterable[bytes]
) -> dict[str, Any]:
    """Return what a page passes to `navigator.credentials.create`; held ones make no second."""
    helpers = _library("webauthn.helpers")
    options = _library("webauthn").generate_registration_options(
        rp_id=rules.site,
        rp_name=rules.issuer,
        user_id=account.handle,
        user_name=account.username,
        user_display_name=account.display_name,
        challenge=bytes_of(challenge),
        timeout=WAIT,
        exclude_credentials=[helpers.structs.PublicKeyCredentialDescriptor(id=one) for one in held],
    )
    return dict(helpers.options_to_json_dict(options))


def request_options(rules: FactorRules, challenge: str, held: Iterable[bytes]) -> dict[str, Any]:
    """Return what a page passes to `navigator.credentials.get`."""
    helpers = _library("webauthn.helpers")
    options = _library("webauthn").generate_authentication_options(
        rp_id=rules.site,
        challenge=bytes_of(challenge),
        timeout=WAIT,
        allow_credentials=[helpers.structs.PublicKeyCredentialDescriptor(id=one) for one in held],
    )
    return dict(helpers.options_to_json_dict(options))


def challenge_in(credential: Mapping[str, Any]) -> str:
    """Return the challenge that an answer says it is to; raises CeremonyFailed without one."""
    try:
        helpers = _library("webauthn.helpers")
        told = helpers.parse_client_data_json(bytes_of(credential["response"][CHALLENGED]))
        return str(helpers.bytes_to_base64url(told.challenge))
    except Exception:  # noqa: BLE001 - whatever it brings the library to, it is no answer
        raise CeremonyFailed from None


def credential_id_in(credential: Mapping[str, Any]) -> bytes:
    """Return the id of the passkey that answers; one that nobody has for what is no id."""
    named = credential.get("id")
    return bytes_of(named)[:LONGEST_ID] if isinstance(named, str) else b""


def registered(rules: FactorRules, credential: dict[str, Any], challenge: str) -> Registered:
    """Verify the answer of a new passkey; raises CeremonyFailed."""
    try:
        _require_plain(credential)
        found = _library("webauthn").verify_registration_response(
            credential=credential,
            expected_challenge=bytes_of(challenge),
            expected_rp_id=rules.site,
            expected_origin=[*rules.origins],
        )
    except Exception:  # noqa: BLE001 - whatever it brings the library to, it is no answer
        raise CeremonyFailed from None
    return Registered(found.credential_id, found.credential_public_key, found.sign_count)


def asserted(rules: FactorRules, credential: dict[str, Any], challenge: str, known: Known) -> int:
    """Verify what a known passkey signed, and return its sign count; raises CeremonyFailed."""
    try:
        found = _library("webauthn").verify_authentication_response(
            credential=credential,
            expected_challenge=bytes_of(challenge),
            expected_rp_id=rules.site,
            expected_origin=[*rules.origins],
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
        )
    except Exception:  # noqa: BLE001 - whatever it brings the library to, it is no answer
        raise CeremonyFailed from None
    return int(found.new_sign_count)


def _require_plain(credential: Mapping[str, Any]) -> None:
    """Refuse statements of makers before the library reads them: nobody here trusts any."""
    helpers = _library("webauthn.helpers")
    told = helpers.parse_attestation_object(bytes_of(credential["response"]["attestationObject"]))
    made = told.auth_data.attested_credential_data
    if told.fmt not in FORMATS or len(made.credential_id) > LONGEST_ID:
        raise CeremonyFailed


def _library(name: str) -> Any:
    """Import the library, or a part of it, when it is needed."""
    return import_module(name)
