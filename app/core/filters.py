"""Filters: what a list is narrowed by; every name passes the actor's policy before it is used."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, any_, bindparam, false, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.access import Decision, Policy
from app.core.fields import Field
from app.core.kinds import BOOLEAN, Invalid, text
from app.core.problems import Fault, Malformed, OperatorNotAvailable, TooLarge
from app.core.projections import available
from app.core.records import LOOKUPS, Record
from app.core.sealing import Sealing

MOST_LEAVES: Final = 50
MOST_NODES: Final = 200
MOST_VALUES: Final = 200
DEEPEST: Final = 8
MANY: Final = {"in", "any", "all"}
FLAG: Final = {"null"}
FLAGS: Final = {"true": True, "false": False}
BEGINNING: Final = text(max_length=200)
SPECIAL: Final = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison; `value` is the normalised value, a list of them, or a flag."""

    name: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Branch:
    """Comparisons joined by `all`, `any` or `not`."""

    joint: str
    parts: tuple["Node", ...]


Node = Leaf | Branch
EVERYTHING: Final = Branch("all", ())
Shape = tuple[Any, ...]


class FilterReader:
    """Reads filters from a query string or a tree, for one record and one actor's policy."""

    def __init__(self, record: type[Record], policy: Policy, *, lookups: bool = False) -> None:
        self._record = record
        self._policy = policy
        self._lookups = lookups
        self._leaves = 0
        self._nodes = 0

    def from_query(self, pairs: Sequence[tuple[str, str]]) -> Branch:
        """Read `name=value` and `name.operator=value` pairs."""
        leaves = []
        for key, given in pairs:
            name, _, operator = key.partition(".")
            operator = operator or "eq"
            entry = self._entry(name, operator)
            value: Any = given.split(",") if operator in MANY else given
            leaves.append(self._leaf(entry, operator, value, f"/{key}", from_text=True))
        return Branch("all", tuple(leaves))

    def from_tree(self, tree: Any, pointer: str = "/filter", depth: int = 0) -> Node:
        """Read `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}` or one comparison."""
        self._nodes += 1
        if depth > DEEPEST or self._nodes > MOST_NODES:
            raise TooLarge
        if not isinstance(tree, dict):
            raise Malformed(faults=[Fault(pointer, "type-object")])
        if len(tree) == 1:
            joint, parts = next(iter(tree.items()))
            if joint in {"all", "any"} and isinstance(parts, list):
                read = [
                    self.from_tree(part, f"{pointer}/{joint}/{place}", depth + 1)
                    for place, part in enumerate(parts)
                ]
                return Branch(joint, tuple(read))
            if joint == "not":
                return Branch("not", (self.from_tree(parts, f"{pointer}/not", depth + 1),))
        return self._comparison(tree, pointer)

    def _comparison(self, tree: Mapping[str, Any], pointer: str) -> Leaf:
        if not tree.keys() <= {"field", "op", "value"} or not isinstance(tree.get("field"), str):
            raise Malformed(faults=[Fault(pointer, "filter-form")])
        operator = tree.get("op", "eq")
        if not isinstance(operator, str):
            raise Malformed(faults=[Fault(f"{pointer}/op", "type-string")])
        entry = self._entry(tree["field"], operator)
        return self._leaf(entry, operator, tree.get("value"), f"{pointer}/value", from_text=False)

    def _entry(self, name: str, operator: str) -> Field:
        """Admit a name: readable, and comparable in this way."""
        lent = self._record.also_found_by.get(name)
        home = lent[0] if lent else self._record
        (entry,) = available(home, self._policy, [name])
        if entry.is_sealed:
            fits = self._lookups and entry.lookup is not None and operator == "eq"
        else:
            shown = self._policy.on_read(entry) is Decision.SHOW
            fits = shown and operator in entry.kind.operators
        if not fits:
            raise OperatorNotAvailable(names=[name])
        return entry

    def _leaf(
        self, entry: Field, operator: str, value: Any, pointer: str, *, from_text: bool
    ) -> Leaf:
        self._leaves += 1
        if self._leaves > MOST_LEAVES:
            raise TooLarge
        kind = entry.kind
        read = kind.normalise
        if from_text and kind.from_text is not None and operator not in {"any", "all"}:
            read = kind.from_text
        try:
            return Leaf(entry.name, operator, _operand(operator, value, read))
        except Invalid as refused:
            raise Malformed(faults=[Fault(pointer, refused.code)]) from None


def _operand(operator: str, value: Any, read: Callable[[Any], Any]) -> Any:
    """Normalise what a field is compared with; raises Invalid."""
    if operator in FLAG:
        return BOOLEAN.normalise(FLAGS.get(value, value) if isinstance(value, str) else value)
    if operator == "prefix":
        return BEGINNING.normalise(value).translate(SPECIAL) + "%"
    if operator == "in":
        return [read(part) for part in _few(value)]
    return read(_few(value)) if operator in MANY else read(value)


def _few(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Invalid("type-list")
    if len(value) > MOST_VALUES:
        raise Invalid("list-too-long")
    return value


def shape_of(node: Node) -> Shape:
    """Return what the SQL text depends on, without the values; it keys compiled statements."""
    if isinstance(node, Leaf):
        flag = node.value if node.operator in FLAG else None
        return (node.name, node.operator, flag)
    return (node.joint, *(shape_of(part) for part in node.parts))


def condition(record: type[Record], shape: Shape, counter: list[int]) -> ColumnElement[bool]:
    """Build the SQL condition of a shape; parameters are numbered in reading order."""
    head, *parts = shape
    if parts and isinstance(parts[0], str):
        return _compare(record, shape, counter)
    built = [condition(record, part, counter) for part in parts]
    if head == "not":
        return built[0].is_not(true())  # an empty member is not equal to anything, so it is in
    return and_(true(), *built) if head == "all" else or_(false(), *built)


def _compare(record: type[Record], shape: Shape, counter: list[int]) -> ColumnElement[bool]:
    """Compare a field of the record, or find it by its profile."""
    head, *comparison = shape
    counter[0] += 1
    name = f"f{counter[0]}"
    home, entry = _home(record, head)
    if entry.is_sealed:
        return _looked_up(record, entry, name)
    compared = _comparison(entry, comparison, name)
    if home is record:
        return compared
    found = select(home.table.c.customer_id).where(compared)
    return record.table.c.customer_id.in_(found)


def fields_used(record: type[Record], filters: Node, also: Iterable[str] = ()) -> tuple[Field, ...]:
    """Return the fields that a list compares, or sorts by besides; its own id tells nothing."""
    names = names_in(filters).union(also) - {record.key}
    return tuple(_home(record, name)[1] for name in sorted(names))


def looked_up(record: type[Record], node: Node) -> int:
    """Count the values that are looked up whole: each may be a guess."""
    return sum(_home(record, leaf.name)[1].is_sealed for leaf in _leaves(node))


def _home(record: type[Record], name: str) -> tuple[type[Record], Field]:
    return record.also_found_by.get(name) or (record, record.fields[name])


def _comparison(entry: Field, comparison: Sequence[Any], name: str) -> ColumnElement[bool]:
    operator, flag = comparison
    column = entry.open_column()
    if operator == "null":
        return column.is_(None) if flag else column.is_not(None)
    if operator == "in":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    value = bindparam(name, type_=column.type)
    return COMPARE[operator](column, value)


def _looked_up(record: type[Record], entry: Field, name: str) -> ColumnElement[bool]:
    found = select(LOOKUPS.c.customer_id).where(
        LOOKUPS.c.hash == bindparam(name, type_=LOOKUPS.c.hash.type),
        LOOKUPS.c.kind == entry.lookup,
    )
    return record.table.c.customer_id.in_(found)


COMPARE: Final[dict[str, Callable[[Any, Any], ColumnElement[bool]]]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column.is_distinct_from(value),
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "prefix": lambda column, value: column.like(value, escape="\\"),
    "any": lambda column, value: column.overlap(value),
    "all": lambda column, value: column.contains(value),
}


def values_of(record: type[Record], node: Node, sealing: Sealing) -> dict[str, Any]:
    """Return the parameters of a filter, numbered as `condition` numbers them."""
    leaves = list(_leaves(node))
    return {
        f"f{place}": _bound(_home(record, leaf.name)[1], leaf.value, sealing)
        for place, leaf in enumerate(leaves, 1)
        if leaf.operator not in FLAG
    }


def names_in(node: Node) -> set[str]:
    """Return the names that a filter compares."""
    return {leaf.name for leaf in _leaves(node)}


def _bound(entry: Field, value: Any, sealing: Sealing) -> Any:
    return sealing.blind(entry.lookup or "", str(value)) if entry.is_sealed else value


def _leaves(node: Node) -> Sequence[Leaf]:
    if isinstance(node, Leaf):
        return [node]
    return [leaf for part in node.parts for leaf in _leaves(part)]
