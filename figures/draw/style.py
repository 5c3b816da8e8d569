"""The look of the paper's figures: the widths of a printed column, and the style sheet."""

from contextlib import AbstractContextManager

COLUMN_WIDTH = 3.375
"""Width of one column of the journal, in inches."""

TWO_COLUMN_WIDTH = 7.0
"""Width of a figure across both columns, in inches."""

NOTEBOOK_WIDTH = 900
"""Width of the same figure in a notebook, in pixels: it fits into a window of 1300."""


def paper() -> AbstractContextManager[None]:
    """Draw and save in the paper's style: ``with style.paper(): ...``.

    The reader's own Matplotlib settings are set aside meanwhile, since they would change the bytes
    of a figure. Save inside the block, too: some settings count only when a file is written.

    Example:
        >>> from matplotlib.figure import Figure
        >>> from figures import style
        >>> with style.paper():
        ...     figure = Figure()
        >>> figure.get_size_inches().tolist()
        [3.375, 2.4]
    """
    from matplotlib.style import context

    return context("figures.draw.paper", after_reset=True)
