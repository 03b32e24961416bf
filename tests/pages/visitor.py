"""Somebody who uses the pages without a browser: keeps cookies, fills in the forms it was given."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient
from http_door import Door


class Fields(HTMLParser):
    """The fields of the form with an id or action, as a browser would send them untouched."""

    def __init__(self, html: str, which: str) -> None:
        super().__init__()
        self._which, self._inside, self._select = which, False, ""
        self._area: str | None = None
        self.sent: dict[str, Any] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = self._which in (told.get("id"), told.get("action"))
        elif self._inside and tag == "input" and "name" in told:
            if told.get("type") == "checkbox" and "checked" in told:
                self.sent.setdefault(told["name"], []).append(told.get("value", ""))
            elif told.get("type") not in ("radio", "checkbox") or "checked" in told:
                self.sent[told["name"]] = told.get("value", "")
        elif self._inside and tag == "select":
            self._select = told["name"]
            self.sent[self._select] = ""
        elif self._inside and tag == "option" and "selected" in told:
            self.sent[self._select] = told["value"]
        elif self._inside and tag == "textarea":
            self._area = told["name"]
            self.sent[self._area] = ""

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.sent[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._area = None


class Visitor:
    """One browser's cookies over a door."""

    def __init__(self, door: Door) -> None:
        # Leaves the application running when it closes: the door owns that.
        self.client = TestClient(
            door.app,
            base_url="http://127.0.0.1",
            client=("127.0.0.1", 50000),
            raise_server_exceptions=False,
            follow_redirects=False,
        )
        self.page = ""

    def get(self, path: str, **headers: str) -> Any:
        """Open a page; it is the one whose forms are filled in next."""
        answer = self.client.get(path, headers=headers)
        self.page = answer.text
        return answer

    def send(self, form: str, to: str | None = None, **changed: Any) -> Any:
        """Send a form of the open page with some fields changed; `None` leaves one out. Dots in
        names are written as two underscores."""
        fields: dict[str, Any] = {**Fields(self.page, form).sent}
        for name, value in changed.items():
            fields[name.replace("__", ".")] = value
        fields = {name: value for name, value in fields.items() if value is not None}
        answer = self.client.post(to or form, data=fields)
        if answer.status_code != 303:
            self.page = answer.text
        return answer

    def signed_in(self, secret: str) -> Visitor:
        """The same after signing in."""
        self.get("/sign-in")
        answer = self.send("/sign-in", key=secret)
        assert answer.status_code == 303, answer.text
        return self

    def case(self, item: str = "wsl-097-7", **changed: Any) -> Any:
        """Fill in a new case and recompute it."""
        self.get(f"/case?item={item}")
        return self.send("case", "/case", **changed)

    def saved(self, item: str = "wsl-097-7", **changed: Any) -> str:
        """Fill in and save a new case; the id of the record."""
        self.get(f"/case?item={item}")
        answer = self.send("case", "/cases", **changed)
        assert answer.status_code == 303, answer.text
        found = re.fullmatch("/cases/([0-9a-z]{26})", answer.headers["location"])
        assert found is not None
        return found[1]


def somebody(door: Door, role: str, office: str = "yeji") -> Visitor:
    """Somebody signed in with a new key."""
    secret = door.somebody(role, office).secret
    assert secret is not None
    return Visitor(door).signed_in(secret)
