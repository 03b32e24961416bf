"""The JSON Schema of the facts that a case may state for an item."""

from __future__ import annotations

from typing import Any

from engine.describing import asked_facts, editions_of
from engine.facts import STEPS, Fact
from engine.model import RuleSet
from engine.proving import prove_item


def facts_schema(item: str, rule_set: RuleSet) -> dict[str, Any]:
    """Every fact of every edition; raises InputFault for an unknown item."""
    facts = {
        fact.name: fact
        for edition in editions_of(item, rule_set)
        for fact in asked_facts(prove_item(edition, rule_set))
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {name: _fact(fact) for name, fact in facts.items()},
    }


def _fact(fact: Fact) -> dict[str, Any]:
    value = _value(fact)
    full: dict[str, Any] = {"value": {"anyOf": [value, {"type": "null"}]}}
    forms = [value, {"type": "null"}, _mapping(full)]
    if fact.numeric:
        forms.append(_mapping({"from": full["value"], "to": full["value"]}))
    return {
        "title": fact.label,
        "description": fact.ask,
        "x-unit": fact.unit,
        "x-about": fact.about,
        "x-if-absent": fact.if_absent,
        "anyOf": forms,
    }


def _mapping(properties: dict[str, Any]) -> dict[str, Any]:
    evidence = {"type": ["string", "null"], "description": "What proves it"}
    return {
        "type": "object",
        "properties": {**properties, "evidence": evidence},
        "additionalProperties": False,
        "minProperties": 1,
    }


def _value(fact: Fact) -> dict[str, Any]:
    if fact.type == "flag":
        return {"type": "boolean"}
    if fact.type == "choice":
        return {
            "enum": list(fact.choices),
            "description": "；".join(f"{key}：{text}" for key, text in fact.choices.items()),
        }
    if fact.type == "date":
        return {"type": "string", "format": "date"}
    step = STEPS[fact.type]
    kind = "integer" if step == 1 else "number"
    return {"type": kind, "minimum": fact.lo // step, "maximum": fact.hi // step}
