"""Registering passkeys: the options for the browser, and the answer that it brings back."""

import hashlib
from uuid import UUID

from app.core.clock import new_id, now
from app.core.views import Shown
from app.features.factors import passkeys
from app.features.factors.challenges import Purpose, make_challenge, read_challenge
from app.features.factors.models import FactorKind
from app.features.factors.passkeys import Account, CeremonyFailed, Registered
from app.features.factors.problems import FactorRefused, PasskeyRefused
from app.features.factors.repository import Factor, confirmed
from app.features.factors.schemas import NewPasskey
from app.features.factors.service.keeping import PATH, FactorKeeper, view_of


class PasskeyService(FactorKeeper):
    """What somebody does to add a passkey."""

    async def options(self) -> Shown:
        """Return what the browser needs to make a passkey, good for five minutes."""
        user_id, username = self._own_id, self._work.actor.username
        held = await self._factors.of(user_id)
        self._require_room(held)
        challenge = make_challenge(self._sealing, user_id, Purpose.NEW_PASSKEY)
        known = [one.credential_id for one in held if one.credential_id is not None]
        account = Account(user_id.bytes, username, username)
        options = passkeys.creation_options(self._rules, account, challenge, known)
        return Shown({"public_key": options}, tagged=False)

    async def add(self, new: NewPasskey) -> Shown:
        """Keep a passkey that has answered its challenge; raises PasskeyRefused."""
        user_id = self._own_id
        found = await self._answered(user_id, new)
        factor = Factor(
            user_id=user_id,
            factor_id=new_id(),
            kind=FactorKind.PASSKEY,
            label=new.label,
            secret=found.public_key,
            credential_id=found.credential_id,
            last_counter=found.sign_count,
            created_at=now(),
            confirmed_at=now(),
        )
        async with self._changing(user_id) as rows:
            held = await rows.all()
            self._require_room(held)
            if found.credential_id in {one.credential_id for one in confirmed(held)}:
                raise PasskeyRefused
            await rows.put(factor)
            codes = await self._first_codes(rows, held)
            self._note(factor)
        location = f"{PATH}/{factor.factor_id}"
        shown = {"factor": view_of(factor), "recovery_codes": codes}
        return Shown(shown, tagged=False, location=location)

    async def _answered(self, user_id: UUID, new: NewPasskey) -> Registered:
        """Return the passkey if it answers a challenge of ours to this user, for the first time."""
        try:
            challenge = passkeys.challenge_in(new.credential)
            ours = read_challenge(self._sealing, challenge, Purpose.NEW_PASSKEY)
            found = passkeys.registered(self._rules, new.credential, challenge)
        except (CeremonyFailed, FactorRefused):
            raise PasskeyRefused from None
        digest = hashlib.sha256(challenge.encode()).digest()
        if ours.user_id != user_id or not await self._factors.spend(digest):
            raise PasskeyRefused
        return found
