"""What the whole project keeps to."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
CODE = [*REPOSITORY.glob("engine/**/*.py"), *REPOSITORY.glob("api/**/*.py")]


def test_the_law_is_not_in_the_code() -> None:
    # GB18030 is how offices encode their tables.
    figure = re.compile(r"万元|(?<!gb)[0-9]{5,}", re.IGNORECASE)
    found = [
        f"{path.name}:{number}: {line}"
        for path in CODE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if figure.search(line)
    ]
    assert found == []


def test_public_functions_and_classes_say_what_they_are() -> None:
    undocumented = [
        f"{path.name}: {match.group(1)}"
        for path in CODE
        for match in re.finditer(
            r"^(?:def|class) ([a-z][a-z0-9_]*|[A-Z]\w*)\b[^\n]*"
            r"(?:\n(?! {4}\"\"\"| *\)|\S)[^\n]*)*?:\n(?! +\"\"\")",
            path.read_text("utf-8"),
            re.MULTILINE,
        )
    ]
    assert undocumented == []
