"""Work off the event loop: few threads compute, more wait for the store, two check keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from api.http.limits import RETRY
from api.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")
# Python computes on one core at a time; a second thread fills the gaps of the first.
COMPUTING = 2
WAITING = 8
# Records form one chain, but those that come together are written in one transaction.
WRITING = 4
# Checking a key is made slow on purpose; wrong keys must not keep others from the store.
CHECKING = 2


class Aside:
    """Small pools; what waits in line longer than the timeout is answered with 503."""

    def __init__(self, timeout_seconds: int) -> None:
        self._seconds = timeout_seconds
        self._computing = ThreadPoolExecutor(COMPUTING, "compute")
        self._waiting = ThreadPoolExecutor(WAITING, "store")
        self._checking = ThreadPoolExecutor(CHECKING, "keys")
        self._writing = ThreadPoolExecutor(WRITING, "write")
        self._long = ThreadPoolExecutor(1, "long")

    async def compute(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what computes. After the timeout the caller gets 503; a thread already at work ends
        by itself, within what the limits of a case allow."""
        future = asyncio.wrap_future(self._computing.submit(work, *args, **kwargs))
        try:
            async with asyncio.timeout(self._seconds):
                return await future
        except TimeoutError:
            detail = "没有在规定时间内算完；请稍后再试，案件很大的请分成几个"
            raise Problem("timed_out", detail, headers=RETRY) from None

    async def store(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what reads the store; its timeouts are the store's own."""
        return await asyncio.wrap_future(self._waiting.submit(work, *args, **kwargs))

    async def write(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what adds to the store. Who waits too long in line gets 503 and
        nothing is written; a write that has begun is never given up half-way."""
        begun = self._writing.submit(work, *args, **kwargs)
        future = asyncio.wrap_future(begun)
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.shield(future)
        except TimeoutError:
            if begun.cancel():
                raise Problem("timed_out", headers=RETRY) from None
        return await future

    def begin(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """Run what takes long and is asked about later, one after the other; its own to report."""
        self._long.submit(work, *args, **kwargs)

    async def patiently(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what may take minutes and is waited for: one such work at a time, so that it keeps
        nobody else from the store."""
        return await asyncio.wrap_future(self._long.submit(work, *args, **kwargs))

    async def keys(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what checks a key."""
        return await asyncio.wrap_future(self._checking.submit(work, *args, **kwargs))

    def close(self) -> None:
        """Let what runs come to its end; drop what has not begun."""
        self._computing.shutdown(wait=True, cancel_futures=True)
        self._waiting.shutdown(wait=True)
        self._writing.shutdown(wait=True)
        self._long.shutdown(wait=True, cancel_futures=True)
        self._checking.shutdown(wait=True, cancel_futures=True)
