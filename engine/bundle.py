"""A rule set as one canonical text (RFC 8785): what a digest names and a replay runs on."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import rfc8785

from engine.faults import Finding, InputFault, Place

BUNDLE_FORMAT = "liangfa-bundle/1"
_PLACE = Place("<bundle>")
# What the system says of a name too long, or of a file where another name needs a folder.
_NAMES = (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The texts of a rule set and of all layers under it, by path from the rules folder on."""

    rule_set: str
    published_only: bool
    files: Mapping[str, str]

    def content(self) -> bytes:
        """The bundle as canonical JSON: the same rules give the same bytes."""
        data: dict[str, Any] = {
            "format": BUNDLE_FORMAT,
            "rule_set": self.rule_set,
            "published_only": self.published_only,
            "files": dict(self.files),
        }
        return rfc8785.dumps(data)

    def unpack(self, folder: Path) -> Path:
        """Write the files under a folder; the rules folder that a rule set is loaded from. Raises
        InputFault where two names do not go together, or one is too long."""
        try:
            for name, text in self.files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
        except OSError as error:
            if error.errno not in _NAMES:
                raise
            _refuse("里面有不能用的文件名")
        return folder / PurePosixPath(next(iter(self.files))).parts[0]


def digest(content: bytes) -> str:
    """What a bundle is called by: its SHA-256."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def read_bundle(content: bytes) -> Bundle:
    """A bundle from its bytes; raises InputFault for anything that `content` would not give."""
    try:
        data = json.loads(content)
        bundle = Bundle(data["rule_set"], data["published_only"], data["files"])
        texts = [bundle.rule_set, *bundle.files.values()]
        plain = all(isinstance(each, str) for each in texts) and len(texts) > 1
        whole = plain and type(bundle.published_only) is bool and bundle.content() == content
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        whole = False
    if not whole:
        _refuse("不是规则集的规范文本（RFC 8785）")
    paths = [PurePosixPath(name) for name in bundle.files]
    if len({path.parts[:1] for path in paths}) != 1 or not all(map(_inside, bundle.files)):
        _refuse("有文件不在规则目录以内")
    return bundle


def _inside(name: str) -> bool:
    """Whether a name is a plain way down from the rules folder: rules/<set>/….yaml."""
    parts = name.split("/")
    return len(parts) > 2 and not any(part in ("", ".", "..") or "\0" in part for part in parts)


def _refuse(message: str) -> NoReturn:
    raise InputFault([Finding("bad_bundle", _PLACE, message, "请从记录里重新取出，不要改动")])
