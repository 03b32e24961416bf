"""The documents show what the program really says today.

To renew them after a change of output: `python -m tests.test_docs`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.catalogue import counts_table
from engine.cataloguing import catalogue
from engine.layering import load_rule_set

REPOSITORY = Path(__file__).parents[1]
DOCUMENTS = [
    REPOSITORY / "README.md",
    REPOSITORY / "README.zh-CN.md",
    REPOSITORY / "docs" / "guide" / "officer.md",
]
GENERATED = {
    REPOSITORY / "docs" / "catalogue.md": "catalogue --format markdown",
    REPOSITORY / "docs" / "reference" / "facts.md": "facts --format markdown",
}
COUNTS = re.compile(r"(?<=<!-- counts -->\n\n).*?(?=\n\n<!-- /counts -->)", re.DOTALL)
SAMPLE = re.compile(r"<!-- output: ([^>]*) -->\n```\n(.*?)```\n", re.DOTALL)
COUNT = re.compile(r"(?<= )[0-9{][0-9a-z]*}?(?= (?:items of|个事项))")


def real_output(command: str) -> str:
    """What the command line prints for a command, run from the top of the project."""
    ran = subprocess.run(
        [sys.executable, "-m", "api.cli.app", *command.split()],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    return ran.stdout.decode()


def renewed(text: str) -> str:
    """A document with every sample and count as it is today."""
    text = SAMPLE.sub(
        lambda found: f"<!-- output: {found[1]} -->\n```\n{real_output(found[1])}```\n", text
    )
    verified = [
        item
        for editions in load_rule_set(REPOSITORY / "rules", "cn").items.values()
        for item in editions
        if item.status == "verified"
    ]
    table = counts_table(catalogue(load_rule_set(REPOSITORY / "rules", "yeji")))
    return COUNTS.sub(table, COUNT.sub(str(len(verified)), text))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_samples_are_current(path: Path) -> None:
    text = path.read_text("utf-8")
    assert SAMPLE.search(text)
    assert text == renewed(text)


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_what_is_generated_is_current(path: Path) -> None:
    assert path.read_text("utf-8") == real_output(GENERATED[path])


def test_every_relative_link_leads_somewhere() -> None:
    for path in [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(renewed(document.read_text("utf-8")), "utf-8")
    for generated, command in GENERATED.items():
        generated.write_text(real_output(command), "utf-8")
