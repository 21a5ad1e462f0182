"""The document for reading: the same source as openapi.json, as one Markdown page."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from app.http.examples import REFERENCE
from app.http.refusals import MEDIA_TYPE

Node = Mapping[str, Any]
HEAD: Final = "<!-- Made from the code by `make docs`; `make check` compares. -->\n"
PARAMETERS: Final = ("Parameter", "In", "Type", "Needed", "Meaning")
FILTERS: Final = ("Filter", "Compared by", "Group")
ANSWERS: Final = ("Status", "Body", "Headers", "Meaning")
PROBLEMS: Final = ("Problem", "Status", "English", "中文")
MEMBERS: Final = ("Member", "Type", "Needed", "Group", "Level", "Label", "中文 / meaning")
CLIENT_FAULT: Final = 400


def render_markdown(document: Node) -> str:
    """Render the document: its operations by tag, its problems, its schemas."""
    return "\n".join([HEAD, *Page(document).lines()]).rstrip() + "\n"


class Page:
    """Writes the parts of one document."""

    def __init__(self, document: Node) -> None:
        self._document = document
        self._components = document["components"]
        self._examples: dict[str, Any] = {}

    def lines(self) -> Iterator[str]:
        """Give the page line by line."""
        info = self._document["info"]
        yield f"# {info['title']} {info['version']}\n"
        yield info["description"]
        for tag in self._document["tags"]:
            yield f"## {tag['name']}\n\n{tag['description']}\n"
            for path, method, operation in self._operations():
                if tag["name"] in operation["tags"]:
                    yield from self._operation(path, method, operation)
        yield from self._problems()
        yield "## Schemas\n"
        for name, schema in self._components["schemas"].items():
            yield from self._schema(name, schema)

    def _operations(self) -> Iterator[tuple[str, str, Node]]:
        for path, methods in self._document["paths"].items():
            for method, operation in methods.items():
                yield path, method.upper(), operation

    def _operation(self, path: str, method: str, operation: Node) -> Iterator[str]:
        yield f"### {operation['operationId']}\n\n`{method} {path}`\n"
        yield f"{operation['summary']}.\n\n{operation['description']}\n"
        parameters = [self._parameter(one) for one in operation["parameters"]]
        filters = [one for one in parameters if "x-group" in one]
        yield from _table(PARAMETERS, (_parameter_row(p) for p in parameters if p not in filters))
        yield from _table(FILTERS, _filter_rows(filters))
        yield from self._request(operation.get("requestBody"))
        yield from _table(ANSWERS, self._answers(operation["responses"]))
        refused = (slug for _, media in _refusals(operation) for slug in media["examples"])
        yield f"Refuses with {', '.join(f'[{slug}](#problems)' for slug in refused)}.\n"

    def _parameter(self, parameter: Node) -> Node:
        if "$ref" not in parameter:
            return parameter
        found: Node = self._components["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
        return found

    def _request(self, body: Node | None) -> Iterator[str]:
        if body is None:
            return
        media_type, media = next(iter(body["content"].items()))
        yield f"Body: {_type(media['schema'])} as `{media_type}`\n"
        yield _json(media["example"])

    def _answers(self, responses: Node) -> Iterator[tuple[str, ...]]:
        for status, answer in responses.items():
            if int(status) >= CLIENT_FAULT:
                continue
            media_type, media = next(iter(answer.get("content", {"": {}}).items()))
            body = f"{_type(media['schema'])} as `{media_type}`" if media else ""
            if media and "example" in media:
                self._examples.setdefault(_type(media["schema"]), media["example"])
            headers = ", ".join(f"`{name}`" for name in answer["headers"])
            yield status, body, headers, answer["description"]

    def _problems(self) -> Iterator[str]:
        yield "## Problems\n"
        rows = []
        for slug, example in self._components["examples"].items():
            chinese, _, about = example["description"].partition(" ")
            english = f"{example['summary']} {about}"
            rows.append((f"`{slug}`", str(example["value"]["status"]), english, chinese))
        yield from _table(PROBLEMS, rows)

    def _schema(self, name: str, schema: Node) -> Iterator[str]:
        yield f"### {name}\n\n{schema.get('description', '')}\n"
        required = schema.get("required", ())
        members = schema.get("properties", {}).items()
        yield from _table(MEMBERS, (_member_row(n, member, n in required) for n, member in members))
        example = self._examples.get(_type({"$ref": REFERENCE + name}))
        if example is not None:
            yield _json(example)


def _refusals(operation: Node) -> Iterator[tuple[str, Node]]:
    for status, answer in operation["responses"].items():
        media = answer.get("content", {}).get(MEDIA_TYPE)
        if media:
            yield status, media


def _parameter_row(parameter: Node) -> tuple[str, ...]:
    needed = "yes" if parameter.get("required") else ""
    about = parameter.get("description", "")
    return f"`{parameter['name']}`", parameter["in"], _type(parameter["schema"]), needed, about


def _filter_rows(filters: Iterable[Node]) -> Iterator[tuple[str, ...]]:
    """Write one row for each member, whatever the number of its comparisons."""
    compared: dict[str, list[str]] = {}
    groups: dict[str, str] = {}
    for one in filters:
        name, _, operator = one["name"].partition(".")
        compared.setdefault(name, []).append(operator or "eq")
        groups[name] = one["x-group"]
    for name, operators in compared.items():
        yield f"`{name}`", ", ".join(operators), groups[name]


def _member_row(name: str, member: Node, required: bool) -> tuple[str, ...]:  # noqa: FBT001 - a cell
    group, level = member.get("x-group", ""), member.get("x-level", "")
    label = member.get("title", "") if group else ""
    needed = "yes" if required else ""
    return f"`{name}`", _type(member), needed, group, level, label, member.get("description", "")


def _type(schema: Node) -> str:
    """Say in a few words what a schema takes."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REFERENCE)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "any"))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    written = [_row(row) for row in rows]
    if written:
        yield "\n".join([_row(head), "|" + " --- |" * len(head), *written]) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _json(value: Any) -> str:
    return f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```\n"
