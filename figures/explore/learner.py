"""An ascent in a thread of its own, which can be started, stopped and begun anew at any moment.

The ascent is one long call that halts between two steps while it is stopped, so that neither
starting nor stopping waits for anything: its graph is traced once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

INTERVAL = 0.25  # seconds between two reports


class Learner:
    """Runs an ascent step by step.

    Args:
        ascend: of a function of the number of steps done, which it has to call after each; never
            returns.
        report: called with the number of steps done, in the learner's thread between two steps: now
            and then, and at each halt.
        restart: brings the ascent back to where it began, in place.
        failed: called with the message where the ascent failed; it has been brought back then.
        longest: steps after which it halts where `start` is not told another number.
    """

    def __init__(
        self,
        ascend: Callable[[Callable[[int], None]], object],
        report: Callable[[int], None],
        restart: Callable[[], None],
        failed: Callable[[str], None],
        *,
        longest: int,
    ) -> None:
        self._ascend, self._report = ascend, report
        self._restart, self._failed, self._longest = restart, failed, longest
        self.halted_at: int | None = 0  # steps done; None while one is under way
        self._going = threading.Event()
        self._step = threading.Lock()  # held while a step is under way
        self._until: int | None = None
        self._next = 0.0
        self._thread: threading.Thread | None = None

    @property
    def going(self) -> bool:
        """Whether it has been started and not stopped since."""
        return self._going.is_set()

    def start(self, *, until: int | None = None) -> None:
        """Go on from where it is, and report now and then; returns at once.

        With `until` it halts when that many steps are done, and reports there only; without, after
        the longest ascent.
        """
        self._until = until
        self._going.set()
        if self._thread is None:
            # A daemon, since it waits for ever.
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Do no further step after that which is under way; returns at once."""
        self._going.clear()

    def reset(self) -> None:
        """Stop, wait for the step that is under way, and begin anew."""
        self.stop()
        with self._step:
            self._restart()
            self.halted_at = 0
            self._report(0)

    def wait(self) -> None:
        """Return when no step is under way and none will follow before the next start."""
        while self.going:
            threading.Event().wait(0.02)
        with self._step:
            pass

    def _run(self) -> None:
        while True:
            self._going.wait()
            with self._step:
                if not self.going:
                    continue
                self.halted_at = None
                try:
                    self._ascend(self._between)
                except Exception as error:  # a thread that died would look as if it learned
                    self.stop()
                    self._restart()
                    self.halted_at = 0
                    self._failed(str(error))

    def _between(self, step: int) -> None:
        if step >= (self._longest if self._until is None else self._until):
            self.stop()
        if self.going and self._until is None and monotonic() > self._next:
            self._report(step)
            self._next = monotonic() + INTERVAL
        while not self.going:
            if self.halted_at is None:  # else it was stopped again before it could go on
                self.halted_at = step
                self._report(step)
            self._step.release()
            self._going.wait()
            self._step.acquire()
        self.halted_at = None
