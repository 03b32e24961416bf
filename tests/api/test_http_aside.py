"""Work off the event loop: nothing waits for ever, and what has begun to be written is written."""

from __future__ import annotations

import asyncio
import threading

import pytest

from api.http.aside import WRITING, Aside
from api.problems import Problem


def test_who_waits_too_long_to_write_has_written_nothing() -> None:
    aside, gate, written = Aside(1), threading.Event(), []

    def slow() -> str:
        gate.wait()
        written.append("first")
        return "first"

    async def both() -> list[str]:
        first = [asyncio.create_task(aside.write(slow)) for _ in range(WRITING)]
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refused:
            await aside.write(written.append, "second")
        assert refused.value.code == "timed_out"
        gate.set()
        # They began before their own time was over, so they come to their end.
        return await asyncio.gather(*first)

    assert asyncio.run(both()) == ["first"] * WRITING
    aside.close()
    assert written == ["first"] * WRITING


def test_a_fault_of_the_work_comes_back_as_it_is() -> None:
    aside = Aside(1)

    def broken() -> None:
        raise KeyError("x")

    async def each() -> None:
        for run in (aside.compute, aside.store, aside.write, aside.keys):
            with pytest.raises(KeyError):
                await run(broken)

    asyncio.run(each())
    aside.close()


def test_work_runs_in_other_threads() -> None:
    aside = Aside(1)

    async def names() -> set[str]:
        runs = (aside.compute, aside.store, aside.write, aside.keys)
        return {(await run(threading.current_thread)).name for run in runs}

    assert threading.current_thread().name not in asyncio.run(names())
    aside.close()
