"""The codes of the code base, read from its source: whatever is passed where a code belongs.

What ends in a message takes a code: `Finding`, `BadValue`, `Fault`, and every function that hands
its own parameter `code` on to one of them. A call must write the code out (or hand one
on), else nobody could say which codes there are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Where a code ends: (module, name) and the kind of message that it becomes. (Problems are left
# out: what they may be is listed in api.problems.CODES.)
ENDS = {
    ("engine.faults", "Finding"): "finding",
    ("engine.facts", "BadValue"): "finding",
    ("api.problems", "Fault"): "fault",
}


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A place in the source where a code is given; `code` is "" where it cannot be read off."""

    code: str
    kind: str
    module: str
    line: int


@dataclass(frozen=True, slots=True)
class _Taker:
    """A function, method or class that takes a code as its argument number `position`."""

    module: str
    name: str
    position: int
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    method: bool


class _Module:
    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.tree = tree
        self.takers = list(_takers(name, tree))
        self.imports = {
            alias.asname or alias.name: (str(node.module), alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }


@cache
def uses(*folders: str) -> list[Use]:
    """Every place in some folders where a code is given to what ends in a message."""
    modules = [_Module(*each) for each in _trees(*folders)]
    takers = [taker for module in modules for taker in module.takers]
    calls = [
        (call, module, taker)
        for module in modules
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        for taker in _called(call, module, takers)
    ]
    kinds: dict[tuple[str, str], str] = dict(ENDS)
    while True:
        found, handing = set(), {}
        for call, module, taker in calls:
            kind = kinds.get((taker.module, taker.name))
            argument = _argument(call, taker.position)
            if kind is None or argument is None:
                continue
            owner = _owner(call, module)
            if owner is not None and _hands_on(argument):
                handing[owner] = kind
                continue
            for code in _written(argument):
                found.add(Use(code, kind, module.name, call.lineno))
        if handing.keys() <= kinds.keys():
            return sorted(found)
        kinds = handing | kinds


def reached(start: str) -> set[str]:
    """A module of `engine`, and every module of `engine` that it imports, directly or not."""
    imports = {module: set(_imports(tree)) for module, tree in _trees("engine")}
    found, wanted = set(), {start}
    while wanted:
        found |= wanted
        wanted = {each for module in wanted for each in imports[module]} & imports.keys() - found
    return found


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), ast.parse(path.read_text("utf-8"))


def _takers(module: str, tree: ast.Module) -> Iterator[_Taker]:
    methods = {
        id(each)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.FunctionDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [each.arg for each in node.args.posonlyargs + node.args.args]
            method = id(node) in methods
            if "code" in names and node.name != "__init__":
                yield _Taker(module, node.name, names.index("code") - method, node, method)
        elif isinstance(node, ast.ClassDef):
            fields = [
                each.target.id
                for each in node.body
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            ]
            for each in node.body:
                if isinstance(each, ast.FunctionDef) and each.name == "__init__":
                    fields = [one.arg for one in each.args.args][1:]
            if "code" in fields:
                yield _Taker(module, node.name, fields.index("code"), node, method=False)


def _called(call: ast.Call, module: _Module, takers: list[_Taker]) -> Iterator[_Taker]:
    """What a call may reach: by import, in the same module, or any method of that name."""
    if isinstance(call.func, ast.Name):
        home = module.imports.get(call.func.id, (module.name, call.func.id))
        yield from (each for each in takers if not each.method and (each.module, each.name) == home)
    elif isinstance(call.func, ast.Attribute):
        of, name = call.func.value, call.func.attr
        own = isinstance(of, ast.Name) and of.id in ("self", "cls")
        yield from (
            each for each in (module.takers if own else takers) if each.method and each.name == name
        )


def _owner(call: ast.Call, module: _Module) -> tuple[str, str] | None:
    """The innermost function with a parameter `code` that a call stands in."""
    inside = [
        taker
        for taker in module.takers
        if not isinstance(taker.node, ast.ClassDef)
        and taker.node.lineno <= call.lineno <= (taker.node.end_lineno or 0)
    ]
    last = max(inside, key=lambda taker: taker.node.lineno, default=None)
    return None if last is None else (last.module, last.name)


def _argument(call: ast.Call, position: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == "code":
            return keyword.value
    return call.args[position] if position < len(call.args) else None


def _hands_on(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Name) and argument.id == "code"


def _written(argument: ast.expr) -> Iterator[str]:
    """The codes an argument may be; none where it is that of another message (`bad.code`)."""
    if isinstance(argument, ast.IfExp):
        yield from _written(argument.body)
        yield from _written(argument.orelse)
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif getattr(argument, "attr", "") != "code":
        yield ""
