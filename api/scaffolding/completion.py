"""Schemas for editors: each kind of rule file as one schema that refers to no other.

Our own schemas share pieces by id (`liangfa:common`), which editors look for on the network. To
write these anew after a change of a schema: `python -m api.scaffolding.completion`.
"""

from __future__ import annotations

import json
from typing import Any

from engine.schemas import FOLDER, schemas

EDITOR = FOLDER / "editor"
# An overlay stands in the same folders as an item and is told by its first key.
_EITHER = {"items": ("overlays", "overlay", "item")}
_ALONE = (
    "ruleset",
    "laws",
    "terms",
    "facts",
    "derived",
    "parameters",
    "circumstances",
    "procedures",
    "worked-cases",
    "case",
)


def editor_schemas() -> dict[str, str]:
    """The text of every file in `schemas/editor`, by its name."""
    whole = {kind: {"$ref": f"liangfa:{kind}"} for kind in _ALONE} | {
        kind: {
            "if": {"required": [key]},
            "then": {"$ref": f"liangfa:{told}"},
            "else": {"$ref": f"liangfa:{other}"},
        }
        for kind, (key, told, other) in _EITHER.items()
    }
    return {f"{kind}.schema.json": _text(schema) for kind, schema in whole.items()}


def _text(schema: dict[str, Any]) -> str:
    parts: dict[str, Any] = {}
    body = _inside(schema, "", parts)
    told = {"$schema": "https://json-schema.org/draft/2020-12/schema", **body}
    return json.dumps({**told, "$defs": parts}, ensure_ascii=False, indent=1) + "\n"


def _inside(value: Any, home: str, parts: dict[str, Any]) -> Any:
    """A piece of a schema with its references turned to `parts`, which grows by what it needs."""
    if isinstance(value, list):
        return [_inside(each, home, parts) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _reference(each, home, parts) if key == "$ref" else _inside(each, home, parts)
        for key, each in value.items()
        if key not in ("$id", "$schema", "$defs")
    }


def _reference(target: str, home: str, parts: dict[str, Any]) -> str:
    id, _, path = target.partition("#/$defs/")
    kind = id.removeprefix("liangfa:") or home
    name = f"{kind}-{path}" if path else kind
    if name not in parts:
        parts[name] = {}
        schema = schemas()[f"liangfa:{kind}"]
        parts[name] = _inside(schema["$defs"][path] if path else schema, kind, parts)
    return f"#/$defs/{name}"


def main() -> None:
    """Write the schemas for editors."""
    EDITOR.mkdir(exist_ok=True)
    for name, text in editor_schemas().items():
        (EDITOR / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
