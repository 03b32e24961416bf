"""What is counted for Prometheus; labels are few and say nothing of anybody."""

from __future__ import annotations

import os
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """The counters of one worker; with PROMETHEUS_MULTIPROC_DIR set, told for all workers."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._known: dict[tuple[str, str, int], tuple[Any, Any]] = {}
        self.requests = Counter(
            "liangfa_http_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "liangfa_http_request_seconds",
            "Time to answer",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.evaluations = Counter(
            "liangfa_evaluations",
            "Evaluations answered, by status of the result",
            ("rule_set", "status", "recorded"),
            registry=self._registry,
        )
        self.refused = Counter(
            "liangfa_refused", "Requests refused, by code", ("code",), registry=self._registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request and the time it took, in seconds."""
        requests, times = self._children(method, route, status)
        requests.inc()
        times.observe(seconds)

    def _children(self, method: str, route: str, status: int) -> tuple[Any, Any]:
        """The counters of a route, looked up once: the routes, methods and statuses are few."""
        key = (method, route, status)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (
                self.requests.labels(method, route, str(status)),
                self.seconds.labels(method, route),
            )
        return found

    def evaluated(self, rule_set: str, status: str, recorded: bool) -> None:
        """Count an evaluation."""
        self.evaluations.labels(rule_set, status, str(recorded).lower()).inc()

    def text(self) -> bytes:
        """All of it in the exposition format."""
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            together = CollectorRegistry()
            MultiProcessCollector(together)
            return generate_latest(together)
        return generate_latest(self._registry)
