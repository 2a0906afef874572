"""Owns the page of the /api door, from its OpenAPI document; must not know what any call does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from comity.edges.cli.reference.tables import NOTE, code, table
from comity.edges.rest_http.app import api_document
from comity.edges.rest_http.docs_page import credentials_of, operations, words_of
from comity.edges.rest_http.problems import KINDS

_TITLE: Final = "# The /api door\n\n"
_PLACES: Final = (
    "`GET /api/openapi.json` answers this page as an OpenAPI 3.1 document, `GET /api/docs` as a page in the browser.\n"
    "How to use it: [check before sending](../how-to/check-before-sending.md), "
    "[assess a use case](../how-to/assess-a-use-case.md).\n"
)


def api_page() -> str:
    """The page."""
    document = api_document()
    parts = [_TITLE + NOTE, document["info"]["description"].strip() + "\n", _PLACES]
    for tag in document["tags"]:
        parts.append(f"## {tag['name']}\n\n{tag['description']}\n")
        parts += (_operation(*found) for found in operations(document, tag["name"]))
    parts.append("## Shapes\n\nA field with a ? may be left out.\n")
    parts += (_schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items()))
    rows = [(f'<a id="{kind.name}"></a>{code(kind.name)}', str(kind.status), kind.title) for kind in KINDS]
    parts.append("## Problems\n\n" + table(("kind", "status", "title"), rows))
    return "\n".join(parts)


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    says = operation.get("description", "").strip()
    text = f"### {method} {path}\n\n{operation['summary']}. {credentials_of(operation)}\n\n{_flowing(says)}\n"
    body = operation.get("requestBody")
    if body:
        text += f"\nBody: {_linked(body['content']['application/json']['schema'])}.\n"
    return text + "\n" + table(("status", "answer"), _answers(operation))


def _answers(operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for status, answer in sorted(operation["responses"].items()):
        content: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
        shape = _linked(content["schema"]) if content.get("schema") else ""
        yield status, f"{answer['description'].rstrip('.')}. {shape}".strip()


def _schema(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (code(field) + ("" if field in required else "?"), _linked(kind), _flowing(kind.get("description") or ""))
        for field, kind in schema.get("properties", {}).items()
    ]
    body = table(("field", "type", "meaning"), rows) if rows else f"{_linked(schema)}\n"
    return f"### {name}\n\n{body}"


def _linked(schema: dict[str, Any]) -> str:
    """A type in words, shapes as links to where they stand below."""
    return "".join(f"[{part[1:]}](#{part[1:].lower()})" if part.startswith("#") else part for part in words_of(schema))


def _flowing(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
