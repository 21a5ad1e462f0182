"""Admitting: which user somebody is that a provider names, and what follows from their groups."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from app.core.access import ActorKind
from app.core.work import UnitOfWork
from app.features.identity.service import Desk, SessionOpener
from app.features.sso.id_tokens import Identity
from app.features.sso.problems import SsoNotAdmitted
from app.features.sso.provider import Provider
from app.features.sso.repository import ExternalIdentityRepository
from app.features.staff.models import UserStatus
from app.features.staff.problems import UsernameTaken
from app.features.staff.service import NewPerson, ProvisioningService, Standing, changed_staff
from app.features.staff.snapshot import User
from app.features.staff.usernames import is_username, username_of

# Who may become active by a verified mail address: whoever was invited, or is active already.
WELCOME = frozenset({UserStatus.INVITED, UserStatus.ACTIVE})
LONGEST_NAME = 200


class AdmissionService:
    """Finds the user of an identity, opens one where that is set, and keeps roles in line."""

    def __init__(self, work: UnitOfWork, desk: Desk, provider: Provider) -> None:
        self._work = work
        self._desk = desk
        self._settings = provider.settings
        self._changing = provider.changing
        self._opener = SessionOpener(work, desk)
        self._identities = ExternalIdentityRepository(work)
        self._staff = ProvisioningService(work, desk.directory)

    async def admit(self, who: Identity) -> User:
        """Return the active person, in the roles of the moment; raises SsoNotAdmitted."""
        standing = self._standing(who)
        user_id = await self._identities.user_of(who.issuer, who.subject)
        if user_id is None:
            user_id = await self._first_time(who, standing)
        await self._welcome_back(user_id)
        user = await self._active(user_id)
        if not self._staff.is_in_line(user, standing):
            await self._bring_in_line(user, standing)
            user = await self._active(user_id)
        if self._settings.roles and not user.roles:
            raise self._refused("no role", user_id)
        return user

    async def _welcome_back(self, user_id: UUID) -> None:
        """Let in whoever was suspended and taken back: without a password that is an invitation."""
        await self._desk.directory.refresh()
        held = self._desk.directory.staff.users.get(user_id)
        if held is not None and held.status is UserStatus.INVITED:
            async with self._changed():
                await self._staff.accept(user_id)

    async def _active(self, user_id: UUID) -> User:
        user = await self._opener.active(user_id)
        if user is None or user.kind is not ActorKind.PERSON:
            raise self._refused("not active", user_id)
        return user

    def _standing(self, who: Identity) -> Standing:
        """Say what follows from the groups; where they decide, they have to be told at all."""
        roles, departments = self._settings.roles, self._settings.departments
        groups = who.texts(self._settings.groups_claim)
        if groups is None:
            if roles or departments:
                raise self._refused("no groups")
            groups = ()
        given = [code for group in groups for code in roles.get(group, ())]
        return Standing(
            given=tuple(dict.fromkeys(given)),
            managed=frozenset(code for codes in roles.values() for code in codes),
            department=next((departments[one] for one in groups if one in departments), None),
        )

    async def _first_time(self, who: Identity, standing: Standing) -> UUID:
        """Link the identity to a user, for good; of many at once, one does."""
        async with self._changed():
            user_id = await self._identities.user_of(who.issuer, who.subject)
            if user_id is None:
                user_id = await self._linked(who) or await self._opened(who, standing)
                await self._link(who, user_id)
        return user_id

    async def _link(self, who: Identity, user_id: UUID) -> None:
        if not await self._identities.link(who.issuer, who.subject, user_id):
            raise self._refused("linked otherwise", user_id)
        self._work.line.changed["external_identity"] = None
        self._work.line.detail["staff"] = str(user_id)

    async def _linked(self, who: Identity) -> UUID | None:
        """Return the one person of the mail address, where the provider is trusted with that."""
        holders = await self._staff.holders_of(who.mail) if who.mail else []
        if not holders:
            return None
        fitting = [one for one in holders if one.status in WELCOME]
        if not self._settings.link_by_mail or len(holders) > 1 or not fitting:
            raise self._refused("mail known")
        (account,) = fitting
        await self._staff.accept(account.user_id)
        return account.user_id

    async def _opened(self, who: Identity, standing: Standing) -> UUID:
        """Open an account for somebody unknown, if that is set and a role comes with it."""
        if not self._settings.create_users or (self._settings.roles and not standing.given):
            raise self._refused("unknown")
        username = username_of(who.text(self._settings.username_claim) or "")
        if not is_username(username):
            raise self._refused("no user name")
        name = "".join(filter(str.isprintable, who.text("name") or username)).strip()
        person = NewPerson(
            username=username, display_name=name[:LONGEST_NAME] or username, email=who.mail
        )
        try:
            return await self._staff.open(person, standing)
        except UsernameTaken:
            raise self._refused("user name taken") from None

    async def _bring_in_line(self, user: User, standing: Standing) -> None:
        async with self._changed():
            await self._staff.bring_in_line(user.user_id, standing)

    @asynccontextmanager
    async def _changed(self) -> AsyncIterator[None]:
        """Change the staff, then go on with a further line, which tells of the same provider.

        One at a time in this process: on the morning on which everybody comes for the first time
        the others wait here, and not each with a connection of the pool.
        """
        async with self._changing, changed_staff(self._work, self._desk.directory):
            yield
        told = self._work.line.detail["provider"]
        self._work.next_line()
        self._work.line.detail["provider"] = told

    def _refused(self, why: str, user_id: UUID | None = None) -> SsoNotAdmitted:
        """Note why, for those who read the audit; the person is told less."""
        self._work.line.detail["refused"] = why
        if user_id is not None:
            self._work.line.detail["user"] = str(user_id)
        return SsoNotAdmitted()
