"""What may be done with the staff: sign in, see oneself and one's rights, look colleagues up."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from app.core.access import ActorKind
from app.core.paging import Asked
from app.core.passwords import Passwords
from app.core.problems import NotFound
from app.core.tokens import Tokens
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.models import UserStatus
from app.features.staff.pages import page_of
from app.features.staff.problems import SignInFailed
from app.features.staff.repository import Login, StaffRepository
from app.features.staff.rights import rights_of
from app.features.staff.schemas import Grant, GrantType
from app.features.staff.snapshot import Department, Role, User

# The client of those who sign in with a password: our own pages, and whoever tries the service.
FIRST_PARTY: Final = "cims"
NO_ID: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a process has once for signing in: the staff, the token signer, the password checker."""

    directory: StaffDirectory
    tokens: Tokens
    passwords: Passwords


class StaffService:
    """What may be done with the staff."""

    def __init__(self, work: UnitOfWork, desk: Desk) -> None:
        self._work = work
        self._desk = desk
        self._staff = StaffRepository(work)

    async def sign_in(self, grant: Grant) -> Shown:
        """Exchange a secret for an access token; refusals differ in neither words nor time."""
        login = await self._staff.login(grant.username)
        digest = login.password_digest if login else None
        fits = await self._desk.passwords.verify(grant.secret, digest)
        if login is None or not fits or not _may_use(login, grant.type):
            raise self._refusal(grant)
        token = await self._admit(login, grant)
        await self._renew(login, grant)
        return Shown(self._answer(token), tagged=False)

    async def signing_keys(self) -> Shown:
        """Show the public keys of access tokens."""
        return Shown(self._desk.tokens.jwks())

    async def me(self) -> Shown:
        """Show the user behind the token."""
        staff = self._desk.directory.staff
        user = staff.users.get(self._work.actor.actor_id or NO_ID)
        if user is None:
            raise NotFound
        department = staff.departments.get(user.department_id or NO_ID)
        return Shown(
            {
                "user_id": user.user_id,
                "username": user.username,
                "display_name": user.display_name,
                "kind": user.kind,
                "roles": [_labels(staff.roles[code]) for code in user.roles if code in staff.roles],
                "department": asdict(department) if department else None,
            }
        )

    async def my_permissions(self) -> Shown:
        """Show what the actor may do, field by field."""
        return Shown(rights_of(self._work.actor))

    async def departments(self, asked: Asked) -> Listed:
        """List the departments, in the order in which they came to be."""
        return self._page(self._desk.directory.staff.departments.values(), "department_id", asked)

    async def users(self, asked: Asked) -> Listed:
        """List the users by name."""
        return self._page(self._desk.directory.staff.users.values(), "username", asked)

    async def roles(self, asked: Asked) -> Listed:
        """List the roles by code, with what they grant."""
        roles = self._desk.directory.staff.roles.values()
        shown = [{**_labels(role), "scopes": sorted(role.scopes)} for role in roles]
        return page_of(shown, "code", asked, self._work.platform.sealing)

    async def _admit(self, login: Login, grant: Grant) -> str:
        """Issue a token by the staff as it stands now, and go on as the actor that it names."""
        directory = self._desk.directory
        await directory.refresh()
        user = directory.staff.users.get(login.user_id)
        if user is None or not user.is_active:  # not any more, since the password was asked for
            raise self._refusal(grant)
        client = user.username if grant.type is GrantType.CLIENT else FIRST_PARTY
        scopes = directory.staff.scopes_of(user)
        token = self._desk.tokens.issue(user.user_id, client, scopes)
        self._work.line.actor = directory.actor(token)
        return token

    async def _renew(self, login: Login, grant: Grant) -> None:
        """Digest the password anew when today's parameters are stronger than the stored one's."""
        passwords = self._desk.passwords
        if passwords.needs_upgrade(login.password_digest):
            await self._staff.renew(login, await passwords.digest(grant.secret))

    def _refusal(self, grant: Grant) -> SignInFailed:
        """Note the name that was tried, as a keyed digest; it may be somebody's."""
        digest = self._work.platform.sealing.blind("username", grant.username)
        self._work.line.detail["username"] = digest.hex()
        return SignInFailed(grant.type.refusal)

    def _answer(self, token: str) -> dict[str, Any]:
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(self._desk.tokens.lifetime.total_seconds()),
            "scope": " ".join(sorted(self._work.actor.scopes)),
        }

    def _page(self, entries: Iterable[Department | User], key: str, asked: Asked) -> Listed:
        shown = [asdict(entry) for entry in entries]
        return page_of(shown, key, asked, self._work.platform.sealing)


def _may_use(login: Login, grant: GrantType) -> bool:
    """Whether the user may sign in that way: a system with either grant, a person with one."""
    is_fitting = login.kind is ActorKind.CLIENT or grant is GrantType.PASSWORD
    return login.status is UserStatus.ACTIVE and is_fitting


def _labels(role: Role) -> dict[str, Any]:
    return {"code": role.code, "en": role.en, "zh": role.zh}
