"""Routes of what a customer owns: the same five for every part, made from one pattern."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from app.core.freshness import StepUp
from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    FieldReadOnly,
    IfMatchMissing,
    Malformed,
    NotFound,
    OperatorNotAvailable,
    Problem,
    Stale,
)
from app.core.repository import Ids
from app.core.schemas import Input
from app.core.standards import StandardNotMet
from app.features.customers import schemas
from app.features.customers.problems import (
    CustomerArchived,
    ExternalIdTaken,
    ParentNotAvailable,
    TiedToItself,
)
from app.features.customers.repository import (
    AddressRepository,
    ContactPointRepository,
    ExternalIdRepository,
    NoteRepository,
    OrganizationProfileRepository,
    PartRepository,
    PersonProfileRepository,
    RelationshipRepository,
)
from app.features.customers.schemas import Reveal
from app.features.customers.service import (
    ContactPointService,
    HistoryService,
    OrganizationProfileService,
    PartService,
    RelationshipService,
    RevealService,
)
from app.http.documents import ListOf, list_route, parameters
from app.http.routes import FeatureRouter, IfMatch, LeanRoute, Query, Work

REMOVING: Final = (NotFound, Stale, IfMatchMissing, CustomerArchived)
CHANGING: Final = (*REMOVING, FieldNotAvailable, FieldReadOnly, Malformed)
ADDING: Final = (NotFound, CustomerArchived, FieldNotAvailable, FieldReadOnly, Malformed)
Endpoint = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the routes of one part are made from."""

    repository: type[PartRepository]
    view: type[BaseModel]
    new: type[Input] | None = None
    change: type[Input] | None = None
    service: type[PartService] = PartService
    words: str
    refusals: tuple[type[Problem], ...] = ()
    changing: tuple[type[Problem], ...] = CHANGING

    @property
    def noun(self) -> str:
        """The singular noun."""
        return self.repository.record.noun

    @property
    def plural(self) -> str:
        """The plural noun, as in the table's name."""
        return self.repository.record.table.name

    def ids(self, named: Mapping[str, UUID]) -> Ids:
        """Return the ids that a path names."""
        return Ids(named["customer_id"], named[self.repository.record.key])

    def serve(self, work: Any) -> PartService:
        """Return the service of this part."""
        return self.service(work, self.repository)


PARTS: Final = (
    Part(
        repository=PersonProfileRepository,
        view=schemas.PersonProfileView,
        change=schemas.PersonProfileChange,
        changing=(*CHANGING, StandardNotMet),
        words="the profile of a person",
    ),
    Part(
        repository=OrganizationProfileRepository,
        view=schemas.OrganizationProfileView,
        change=schemas.OrganizationProfileChange,
        service=OrganizationProfileService,
        changing=(*CHANGING, ParentNotAvailable, StandardNotMet),
        words="the profile of an organisation",
    ),
    Part(
        repository=ContactPointRepository,
        view=schemas.ContactPointView,
        new=schemas.NewContactPoint,
        change=schemas.ContactPointChange,
        service=ContactPointService,
        words="a contact point",
    ),
    Part(
        repository=AddressRepository,
        view=schemas.AddressView,
        new=schemas.NewAddress,
        change=schemas.AddressChange,
        words="an address",
    ),
    Part(
        repository=NoteRepository,
        view=schemas.NoteView,
        new=schemas.NewNote,
        change=schemas.NoteChange,
        words="a note",
    ),
    Part(
        repository=RelationshipRepository,
        view=schemas.RelationshipView,
        new=schemas.NewRelationship,
        change=schemas.RelationshipChange,
        service=RelationshipService,
        words="a relationship",
        refusals=(TiedToItself,),
    ),
    Part(
        repository=ExternalIdRepository,
        view=schemas.ExternalIdView,
        new=schemas.NewExternalId,
        words="an id in another system",
        refusals=(ExternalIdTaken,),
    ),
)


def _routes(part: Part) -> list[LeanRoute]:
    record = part.repository.record
    singular = record.noun.replace("_", "-")
    base = f"/v1/customers/{{customer_id}}/{singular if record.single else record.resource}"
    router = FeatureRouter(base, record.resource)
    one = "" if record.single else f"/{{{record.key}}}"
    if not record.single:
        _add_collection(router, part)
    _add_one(router, part, one)
    return router.routes


def _add_collection(router: FeatureRouter, part: Part) -> None:
    async def page(customer_id: UUID, asked: Query, work: Work) -> Any:
        return await part.serve(work).page(customer_id, asked)

    async def add(customer_id: UUID, new: Any, work: Work) -> Any:
        return await part.serve(work).add(customer_id, new.values())

    router.get(
        permission=Permission.CUSTOMERS_READ,
        response_model=ListOf[part.view],  # type: ignore[name-defined]  # a class made at start
        problems=(NotFound, FieldNotAvailable, OperatorNotAvailable, CursorInvalid, Malformed),
        extra=list_route(part.repository.record),
    )(_named(page, f"list_{part.plural}", f"List what a customer has of this: {part.words}."))
    router.post(
        permission=Permission.CUSTOMERS_WRITE,
        response_model=part.view,
        status=201,
        problems=(*ADDING, *part.refusals),
    )(_named(add, f"create_{part.noun}", f"Add {part.words} to a customer.", new=part.new))


def _add_one(router: FeatureRouter, part: Part, path: str) -> None:
    key = part.repository.record.key

    async def show(asked: Query, work: Work, **named: Any) -> Any:
        return await part.serve(work).get(part.ids(named), asked)

    async def reveal(asked: Reveal, work: Work, **named: Any) -> Any:
        return await RevealService(work, part.repository).reveal(part.ids(named), asked)

    router.get(
        path,
        permission=Permission.CUSTOMERS_READ,
        response_model=part.view,
        problems=(NotFound, FieldNotAvailable),
        extra=parameters("fields", "if_none_match"),
    )(_named(show, f"get_{part.noun}", f"Show {part.words}.", key=key))
    if not part.repository.record.single:
        _add_history(router, part, path)
    _add_changes(router, part, path)
    router.post(
        f"{path}/reveal",
        permission=Permission.CUSTOMERS_REVEAL,
        step_up=StepUp.AT_TIMES,
        response_model=part.view,
        problems=(NotFound, FieldNotAvailable, Malformed),
        changes=False,
        cost=10,
    )(_named(reveal, f"reveal_{part.noun}", f"Show {part.words} in clear, for a purpose.", key=key))


def _add_history(router: FeatureRouter, part: Part, path: str) -> None:
    async def history(asked: Query, work: Work, **named: Any) -> Any:
        return await HistoryService(work).of_part(part.repository, part.ids(named), asked)

    about = (
        f"List what {part.words} was, newest first, as far as your grades reach today.\n\n"
        "Neighbouring states that look the same to you are one. `at` picks the one that held then. "
        "What was removed is not there any more, and neither is its history."
    )
    router.get(
        f"{path}/history",
        permission=Permission.CUSTOMERS_READ,
        response_model=ListOf[schemas.history_of(part.view)],  # type: ignore[misc]  # a class made at start
        problems=(NotFound, FieldNotAvailable, CursorInvalid, Malformed),
        extra=parameters("at", "limit", "cursor"),
    )(_named(history, f"list_{part.noun}_history", about, key=part.repository.record.key))


def _add_changes(router: FeatureRouter, part: Part, path: str) -> None:
    """Add what changes one part: profiles are not removed, ids are not changed."""
    key, writing = part.repository.record.key, Permission.CUSTOMERS_WRITE

    async def change(seen: IfMatch, change: Any, work: Work, **named: Any) -> Any:
        return await part.serve(work).change(part.ids(named), seen, change.values())

    async def remove(seen: IfMatch, work: Work, **named: Any) -> Any:
        return await part.serve(work).remove(part.ids(named), seen)

    if part.change:
        about = f"Change {part.words} by a merge patch."
        router.patch(path, permission=writing, response_model=part.view, problems=part.changing)(
            _named(change, f"change_{part.noun}", about, key=key, change=part.change)
        )
    if part.new:
        about = f"Remove {part.words}; history keeps it."
        router.delete(path, permission=writing, problems=REMOVING)(
            _named(remove, f"remove_{part.noun}", about, key=key)
        )


def _named(
    endpoint: Endpoint, name: str, about: str, *, key: str | None = None, **inputs: Any
) -> Endpoint:
    """Give an endpoint its name, its words, and the parameters that its path and body have."""
    hints: dict[str, Any] = {"customer_id": UUID, **({key: UUID} if key else {})}
    given = inspect.get_annotations(endpoint)
    hints |= {n: inputs.get(n, hint) for n, hint in given.items() if n not in {"named", "return"}}
    keyword = inspect.Parameter.KEYWORD_ONLY
    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what inspect honours
        [inspect.Parameter(name, keyword, annotation=hint) for name, hint in hints.items()]
    )
    endpoint.__annotations__ = hints
    endpoint.__name__ = name
    endpoint.__doc__ = about
    return endpoint


routes: list[LeanRoute] = [route for part in PARTS for route in _routes(part)]
