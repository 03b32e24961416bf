"""What a server is told, and what it refuses to be told."""

from __future__ import annotations

import pytest

from api.settings import Settings, from_environment
from api.store import open_store
from engine.faults import InputFault


@pytest.mark.parametrize(
    ("variable", "written"),
    [
        ("LIANGFA_MAX_BODY", "一兆"),
        ("LIANGFA_MAX_BODY", "-1"),
        ("LIANGFA_MAX_BODY", "²"),
        ("LIANGFA_MAX_BODY", "9" * 5000),
        ("LIANGFA_TIMEOUT_SECONDS", "0"),
        ("LIANGFA_MAX_PARTIES", "0"),
        ("LIANGFA_LOG_FORMAT", "xml"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(variable: str, written: str) -> None:
    with pytest.raises(InputFault) as caught:
        from_environment({variable: written})
    (finding,) = caught.value.findings
    assert (finding.code, finding.place.file) == ("bad_setting", variable)


def test_settings_are_read_or_left_as_they_are() -> None:
    assert from_environment({}) == Settings()
    told = from_environment({"LIANGFA_RATE_PER_MINUTE": "0", "LIANGFA_MAX_BODY": "4096"})
    assert (told.rate_per_minute, told.max_body) == (0, 4096)


@pytest.mark.parametrize(
    "url", ["mysql://u:geheim@h/d", "foo", "http://geheim/", "postgresql://u:geheim@h:port/d"]
)
def test_an_address_that_is_no_database_is_refused_without_being_told(url: str) -> None:
    with pytest.raises(InputFault) as caught:
        open_store(Settings(database_url=url))
    (finding,) = caught.value.findings
    assert (finding.code, finding.place.file) == ("bad_setting", "LIANGFA_DATABASE_URL")
    assert "geheim" not in str(caught.value)
