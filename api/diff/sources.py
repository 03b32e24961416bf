"""Where the rules to compare come from: a folder, a git revision, a bundle file, the records."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NoReturn

from engine.bundle import Bundle, read_bundle
from engine.differencing import Side, read_side
from engine.faults import Finding, InputFault, Place, RuleFault
from engine.loading import default_rule_set
from engine.source import read_bytes

SECONDS = 60
FOLDER = "rules"

_DIGEST = re.compile("sha256:[0-9a-f]{64}")

Stored = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Origin:
    """Rules at hand: what they are called, the folder they lie in, and what a bundle says of
    itself (None for anything else)."""

    name: str
    rules: Path
    bundle: Bundle | None = None

    def rule_set(self, named: str | None) -> str:
        """The id of the rule set meant: the one named, else that of the bundle or the default."""
        if named is not None:
            return named
        return self.bundle.rule_set if self.bundle is not None else default_rule_set(self.rules)


def side_of(origin: Origin, rule_set: str, called: str, *, published_only: bool) -> Side:
    """A rule set of an origin, read to be compared. A fault of its rules is told with what the
    side is `called`, and not with the folder that they were unpacked to for the moment."""
    try:
        return read_side(origin.rules, rule_set, published_only=published_only)
    except RuleFault as fault:
        here = str(origin.rules)
        raise RuleFault(
            dataclasses.replace(
                each,
                place=Place(origin.name) if each.place.file == here else each.place,
                message=f"{each.message}（{called}）",
            )
            for each in fault.findings
        ) from None


@contextmanager
def opened(name: str, stored: Stored) -> Iterator[Origin]:
    """The rules that a name means, for as long as they are needed.

    `name` is a folder, a bundle file, `sha256:…` of rules that `stored` has kept, or a git
    revision of the repository around the working folder, with the way to the rules after a colon
    where it is not `rules`. Raises InputFault where it is none of these.
    """
    if name.startswith("sha256:"):
        if not _DIGEST.fullmatch(name):
            message = "摘要写得不对，sha256: 后面应当是 64 个小写的十六进制数字"
            _refuse("bad_digest", name, message, "请从结果的 rule_set.digest 完整抄下来")
        with _unpacked(name, _kept(name, stored)) as origin:
            yield origin
    elif Path(name).is_dir():
        yield Origin(name, Path(name).resolve())
    elif Path(name).is_file():
        with _unpacked(name, read_bytes(Path(name), name)) as origin:
            yield origin
    else:
        with tempfile.TemporaryDirectory(prefix="liangfa-diff-") as folder:
            yield Origin(name, _from_git(name, Path(folder)))


def _kept(name: str, stored: Stored) -> bytes:
    content = stored(name)
    if content is None:
        _refuse("unknown_digest", name, "记录里没有这个摘要的规则", "摘要见结果的 rule_set.digest")
    return content


@contextmanager
def _unpacked(name: str, content: bytes) -> Iterator[Origin]:
    with tempfile.TemporaryDirectory(prefix="liangfa-diff-") as folder:
        try:
            bundle = read_bundle(content)
            rules = bundle.unpack(Path(folder))
        except InputFault as fault:
            raise InputFault(
                dataclasses.replace(each, place=Place(name)) for each in fault.findings
            ) from None
        yield Origin(name, rules, bundle)


def _from_git(name: str, folder: Path) -> Path:
    """Write the rules of a revision under a folder."""
    revision, _, path = name.partition(":")
    path = path.strip("/") or FOLDER
    git = shutil.which("git")
    if git is None:
        _refuse("no_git", name, "不是目录或者文件，也没有安装 git 来读取版本", "请给出规则目录")
    commit = _git(
        git, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"
    )
    if commit is None:
        message = "没有这样的目录、规则包文件，当前目录所在的 git 库里也没有这个版本"
        _refuse(
            "unknown_source", name, message, "请写规则目录、规则包、sha256:摘要，或者 HEAD~1 之类"
        )
    archive = _git(git, "archive", "--format=tar", f"{commit.decode().strip()}:{path}")
    if archive is None:
        message = f"这个版本里没有目录“{path}”"
        _refuse("unknown_source", name, message, "规则在别处的，写成 版本:目录，例如 HEAD:rules")
    rules = folder / PurePosixPath(path).name
    rules.mkdir()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            if content is not None and ".." not in PurePosixPath(member.name).parts:
                target = rules / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
    return rules


def _git(git: str, *words: str) -> bytes | None:
    """What git says; None where it refuses."""
    try:
        ran = subprocess.run([git, *words], capture_output=True, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ran.stdout if ran.returncode == 0 else None


def _refuse(code: str, name: str, message: str, help: str) -> NoReturn:
    raise InputFault([Finding(code, Place(name), message, help)])
