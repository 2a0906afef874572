"""Owns the page that shows the /api door to people, made from its OpenAPI document: no script, no outside request."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from comity.edges.rest_http.problems import KINDS

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
h3 { margin: 1.8rem 0 .2rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8886; }
"""
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(document: dict[str, Any]) -> str:
    """The page."""
    title = escape(document["info"]["title"])
    body = "\n".join(_body(document))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title} /api</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def _body(document: dict[str, Any]) -> Iterator[str]:
    yield f"<h1>{escape(document['info']['title'])}: the /api door</h1>"
    for paragraph in document["info"]["description"].strip().split("\n\n"):
        yield f"<p>{_words(paragraph)}</p>"
    yield '<p>The same for programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>'
    links = (f'<a href="#{_anchor(tag["name"])}">{escape(tag["name"])}</a>' for tag in document["tags"])
    yield f"<nav>{' · '.join(links)} · <a href='#shapes'>Shapes</a> · <a href='#problems'>Problems</a></nav>"
    for tag in document["tags"]:
        heading = f"<h2 id='{_anchor(tag['name'])}'>{escape(tag['name'])}</h2>"
        yield f"{heading}<p>{_words(tag['description'])}</p>"
        for path, method, operation in operations(document, tag["name"]):
            yield from _operation(path, method, operation)
    yield "<h2 id='shapes'>Shapes</h2>"
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield from _schema(name, schema)
    yield "<h2 id='problems'>Problems</h2><table><tr><th>kind</th><th>status</th><th>title</th></tr>"
    for kind in KINDS:
        row = (f'<code id="{kind.name}">{kind.name}</code>', str(kind.status), escape(kind.title))
        yield f"<tr><td>{'</td><td>'.join(row)}</td></tr>"
    yield "</table>"


def _anchor(tag: str) -> str:
    """Where a tag's calls begin on the page; apart from the names of kinds of problems."""
    return "calls-" + "".join(char if char.isalnum() else "-" for char in tag.lower())


def operations(document: dict[str, Any], tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of every call under a tag."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation.get("tags", ()):
                yield path, method.upper(), operation


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{escape(operation["operationId"])}"><code>{method} {escape(path)}</code></h3>'
    yield f"<p><strong>{escape(operation['summary'])}.</strong> {_words(operation.get('description', ''))}</p>"
    yield f"<p>{credentials_of(operation)}</p>"
    body = operation.get("requestBody")
    if body:
        yield f"<p>Body: {_linked(body['content']['application/json']['schema'])}.</p>"
    yield "<table><tr><th>status</th><th>answer</th></tr>"
    for status, answer in sorted(operation["responses"].items()):
        content: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
        shape = _linked(content["schema"]) if content.get("schema") else ""
        yield f"<tr><td>{status}</td><td>{_words(answer['description'])} {shape}</td></tr>"
    yield "</table>"


def credentials_of(operation: dict[str, Any]) -> str:
    """Whether a call needs credentials, in words."""
    security = operation.get("security")
    if not security:
        return "Needs no credentials."
    return "Credentials may be left out." if {} in security else "Needs credentials."


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f'<h3 id="shape-{escape(name)}">{escape(name)}</h3>'
    if schema.get("description"):
        yield f"<p>{_words(schema['description'])}</p>"
    required = set(schema.get("required", ()))
    rows = [
        (f"<code>{escape(field)}</code>{'' if field in required else '?'}", _linked(kind), _words(_says(kind)))
        for field, kind in schema.get("properties", {}).items()
    ]
    if rows:
        yield "<table><tr><th>field</th><th>type</th><th>meaning</th></tr>"
        yield from (f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows)
        yield "</table>"
    elif "enum" in schema:
        yield f"<p>{_linked(schema)}</p>"


def _says(schema: dict[str, Any]) -> str:
    return schema.get("description") or ""


def _linked(schema: dict[str, Any]) -> str:
    """A type in words, shapes as links to where they are shown."""
    return "".join(
        f'<a href="#shape-{escape(part[1:])}">{escape(part[1:])}</a>' if part.startswith("#") else escape(part)
        for part in words_of(schema)
    )


def words_of(schema: dict[str, Any]) -> Iterator[str]:
    """A type in words; the name of a shape begins with #."""
    if "$ref" in schema:
        yield "#" + schema["$ref"].rpartition("/")[2]
    elif "enum" in schema:
        yield " | ".join(str(value) for value in schema["enum"])
    elif "oneOf" in schema or "anyOf" in schema:
        for number, one in enumerate(schema.get("oneOf") or schema["anyOf"]):
            yield " | " if number else ""
            yield from words_of(one)
    elif schema.get("items"):
        yield "list of "
        yield from words_of(schema["items"])
    elif "prefixItems" in schema:
        yield "list"
    else:
        kind = schema.get("type", "any")
        written = " | ".join(kind) if isinstance(kind, list) else str(kind)
        yield f"{written} ({schema['format']})" if schema.get("format") else written


def _words(text: str) -> str:
    return escape(" ".join(text.split())).replace("`", "")
