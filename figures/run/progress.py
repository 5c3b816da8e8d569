"""A line in a notebook that tells how far work in pieces is, and is replaced as it goes on."""

from collections.abc import Callable


def progress_line(pieces: int, *, steps: int, name: str = "runs") -> Callable[[int, int], None]:
    """Show a line now; what is returned shows it anew, as `figures.run.pieces.run_pieces` calls it.

    It is no message on stderr and keeps no state, and in the end it says the same each time, so
    that an executed notebook stores neither times nor warnings.

    Args:
        pieces: How many there are.
        steps: How many steps they have together.
        name: What the pieces are called.

    Example:
        >>> from figures import progress_line
        >>> report = progress_line(2, steps=100)
        {'text/plain': '0 of 2 runs done, 0 of 100 steps'}
    """
    from IPython.display import display

    def line(done: int, steps_done: int) -> dict[str, str]:
        under_way = f", {steps_done} of {steps} steps" if done < pieces else ""
        return {"text/plain": f"{done} of {pieces} {name} done{under_way}"}

    handle = display(line(0, 0), raw=True, display_id=True)

    def report(done: int, steps_done: int) -> None:
        handle.update(line(done, steps_done), raw=True)

    return report
