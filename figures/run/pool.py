"""Processes that do a few things at a time, and what an interruption leaves of them.

Ctrl-C, and Jupyter's stop button, signal all processes of a group. Those that work shall finish
what they are at, so they don't listen; the one that waits for them begins nothing more.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from typing import Any


def as_finished(
    submit: Callable[[Any], Future], items: Iterable[Any], *, at_once: int, seconds: float | None
) -> Iterator[list[tuple[Any, Future]]]:
    """Submit items, a few at a time, and yield those that have finished with their futures.

    A pool's own queue would still do what stands in it after an interruption.

    Args:
        submit: Of an item, to an executor.
        items: In the order of their submission.
        at_once: How many may be under way.
        seconds: How long to wait for one to finish; after that the list is empty.
    """
    waiting = deque(items)
    running: dict[Future, Any] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                item = waiting.popleft()
                with _no_interruption():
                    running[submit(item)] = item
            done, _ = wait(running, seconds, FIRST_COMPLETED)
            yield [(running.pop(future), future) for future in done]
    except BaseException:
        for future in running:
            future.cancel()  # a cluster may not have begun them
        raise


@contextmanager
def _no_interruption() -> Iterator[None]:
    """Processes and threads that are started here are deaf to SIGINT from their first moment."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_interruptions_to_the_parent() -> None:
    """In a child: no SIGINT from the terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
