"""Parcels: a letter with its address, sealed for the one row that it waits in."""

import os
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.sealing import Sealing
from app.features.mail.templates import Letter

NONCE: Final = 12
LABEL: Final = "outgoing mail"


@dataclass(frozen=True, slots=True, repr=False)
class Parcel:
    """A letter, and the address it goes to."""

    address: str
    letter: Letter


def seal_parcel(sealing: Sealing, message_id: UUID, parcel: Parcel) -> bytes:
    """Seal a parcel for the one message whose row it stands in."""
    nonce = os.urandom(NONCE)
    plain = orjson.dumps({"address": parcel.address, "letter": asdict(parcel.letter)})
    return nonce + _cipher(sealing).encrypt(nonce, plain, message_id.bytes)


def open_parcel(sealing: Sealing, message_id: UUID, sealed: bytes) -> Parcel:
    """Open a parcel; raises InvalidTag for one that was altered or stands in another row."""
    opened = _cipher(sealing).decrypt(sealed[:NONCE], sealed[NONCE:], message_id.bytes)
    values = orjson.loads(opened)
    return Parcel(values["address"], Letter(**values["letter"]))


def _cipher(sealing: Sealing) -> AESGCM:
    return AESGCM(sealing.key_for(LABEL))
