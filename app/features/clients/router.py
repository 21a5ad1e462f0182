"""Routes of other systems."""

from typing import Any, Final
from uuid import UUID

from app.core.freshness import StepUp
from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.clients.problems import (
    ClientStatusForbids,
    OwnClient,
    SecretMistaken,
    TwoSecretsLive,
)
from app.features.clients.schemas import (
    ApiClientChange,
    ApiClientView,
    NewApiClient,
    NewSecretView,
    OwnRotation,
    OwnSecretView,
    SecretEnd,
    SecretRotation,
    WholeApiClientView,
)
from app.features.clients.service import ApiClientService, ClientDesk, SecretService
from app.features.staff.problems import (
    ColleagueNotAvailable,
    DepartmentUnknown,
    RolesSeparate,
    RoleUnknown,
)
from app.http.documents import ListOf, parameters
from app.http.routes import FeatureRouter, IfMatch, Query, Work

router = FeatureRouter("", "api-clients")
PATH: Final = "/v1/api-clients"
ONE: Final = f"{PATH}/{{api_client_id}}"
GIVEN: Final = (RoleUnknown, RolesSeparate, DepartmentUnknown, ColleagueNotAvailable, Malformed)


def _filter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


FILTERS: Final = [
    _filter(
        "status", "Of this status.", type="string", enum=["active", "expired", "disabled", "ended"]
    ),
    _filter("owner_id", "Of this owner.", type="string", format="uuid"),
    _filter("ownerless", "Whether nobody at hand answers for it.", type="boolean"),
]
LISTING: Final = {"parameters": [*parameters("limit", "cursor", "count")["parameters"], *FILTERS]}


def _desk(work: UnitOfWork) -> ClientDesk:
    desk: ClientDesk = work.platform.tools[ClientDesk]
    return desk


def _clients(work: UnitOfWork) -> ApiClientService:
    return ApiClientService(work, _desk(work))


def _secrets(work: UnitOfWork) -> SecretService:
    return SecretService(work, _desk(work))


@router.get(
    PATH,
    permission=Permission.CLIENTS_READ,
    response_model=ListOf[ApiClientView],
    problems=(CursorInvalid, FieldNotAvailable, Malformed),
    extra=LISTING,
)
async def list_api_clients(asked: Query, work: Work) -> Listed:
    """List the other systems by client id, with owner, expiry and last use."""
    return await _clients(work).page(asked)


@router.post(
    PATH,
    permission=Permission.CLIENTS_WRITE,
    step_up=StepUp.ALWAYS,
    response_model=NewSecretView,
    status=201,
    problems=GIVEN,
    changes=False,  # an answer with a secret is not kept
)
async def create_api_client(new: NewApiClient, work: Work) -> Shown:
    """Open another system, with its first secret, shown this once.

    It signs in by `client_credentials` with `client_id` and `client_secret`, from its networks
    only, until it expires. Its tokens bear what its roles grant, narrowed to `scopes`. You give it
    no role that you may not assign (`staff:write`, or your own).
    """
    return await _clients(work).create(new.values())


@router.get(ONE, permission=Permission.CLIENTS_READ, response_model=WholeApiClientView)
async def get_api_client(api_client_id: UUID, work: Work) -> Shown:
    """Show a client with its live secrets: when they were made, and when last used."""
    return await _clients(work).get(api_client_id)


@router.patch(
    ONE,
    permission=Permission.CLIENTS_WRITE,
    step_up=StepUp.ALWAYS,
    response_model=WholeApiClientView,
    problems=(*GIVEN, OwnClient, ClientStatusForbids),
)
async def change_api_client(
    api_client_id: UUID, change: ApiClientChange, if_match: IfMatch, work: Work
) -> Shown:
    """Change a client; fewer rights, networks and time count within a second, for its tokens too.

    More rights come with the next token. No client changes itself.
    """
    return await _clients(work).change(api_client_id, if_match, change.values())


@router.post(
    f"{ONE}/disable",
    permission=Permission.CLIENTS_WRITE,
    response_model=WholeApiClientView,
    problems=(OwnClient, ClientStatusForbids),
)
async def disable_api_client(api_client_id: UUID, work: Work) -> Shown:
    """Keep a client out until further notice: its tokens end within a second, for good."""
    return await _clients(work).disable(api_client_id)


@router.post(
    f"{ONE}/enable",
    permission=Permission.CLIENTS_WRITE,
    response_model=WholeApiClientView,
    problems=(OwnClient, ClientStatusForbids),
)
async def enable_api_client(api_client_id: UUID, work: Work) -> Shown:
    """Let a disabled client in again, with the secrets that it has still."""
    return await _clients(work).enable(api_client_id)


@router.post(
    f"{ONE}/end",
    permission=Permission.CLIENTS_WRITE,
    response_model=WholeApiClientView,
    problems=(OwnClient, ClientStatusForbids),
)
async def end_api_client(api_client_id: UUID, work: Work) -> Shown:
    """End a client and its secrets for good; it stays readable, because audit lines name it."""
    return await _clients(work).end(api_client_id)


@router.post(
    f"{ONE}/rotate-secret",
    permission=Permission.CLIENTS_WRITE,
    step_up=StepUp.ALWAYS,
    response_model=NewSecretView,
    problems=(OwnClient, ClientStatusForbids, TwoSecretsLive, Malformed),
    changes=False,
)
async def rotate_api_client_secret(
    api_client_id: UUID, rotation: SecretRotation, work: Work
) -> Shown:
    """Add a second secret, shown this once; the one before stays good, so there is no gap.

    It ends by `end-secret`, or by itself after `old_secret_expires_in`. Two are live at most.
    """
    return await _secrets(work).rotate(api_client_id, rotation.old_secret_expires_in)


@router.post(
    f"{ONE}/end-secret",
    permission=Permission.CLIENTS_WRITE,
    response_model=WholeApiClientView,
    problems=(OwnClient, NotFound),
)
async def end_api_client_secret(api_client_id: UUID, ended: SecretEnd, work: Work) -> Shown:
    """End a secret at once, and within a second the tokens that were had with it."""
    return await _secrets(work).end(api_client_id, ended.secret_id)


@router.post(
    "/v1/me/rotate-secret",
    permission=Permission.SIGNED_IN,
    response_model=OwnSecretView,
    problems=(SecretMistaken, ClientStatusForbids, TwoSecretsLive, Malformed),
    changes=False,
)
async def rotate_own_secret(rotation: OwnRotation, work: Work) -> Shown:
    """Rotate your own secret, as another system: needs the current one beside the token.

    For clients only. The new one is shown this once; the old one stays good until it ends.
    """
    return await _secrets(work).rotate_own(rotation.current_secret, rotation.old_secret_expires_in)
