"""A figure saved for print and shown in the notebook, where a screen's resolution is enough."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ..draw import style
from .files import save_figure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from IPython.display import Image
    from matplotlib.figure import Figure


def show_figure(folder: Path, name: str, draw: Callable[..., Figure], *numbers: Any) -> Image:
    """Draw in the paper's style, save as `save_figure` does, and return a picture for the screen.

    The file has four times the pixels, which a notebook that is kept in git need not carry. One
    that shows many figures may begin with ``show = partial(show_figure, folder)``.

    Args:
        folder: Where the files go.
        name: Theirs, without the ending.
        draw: Of the numbers, makes the figure.
        numbers: What it is drawn from.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> import numpy as np
        >>> from figures import show_figure
        >>> from figures.draw import theory
        >>> gauges = {"as it came": np.ones(9)}
        >>> with TemporaryDirectory() as folder:
        ...     image = show_figure(Path(folder), "a", theory.draw_gauges, gauges)
        ...     sorted(file.name for file in Path(folder).iterdir()), image.width
        (['a.pdf', 'a.png'], 434)
    """
    from IPython.display import Image

    screen = io.BytesIO()
    with style.paper():
        figure = draw(*numbers)
        save_figure(figure, folder, name)
        figure.savefig(screen, format="png", dpi="figure")
    share = figure.get_figwidth() / style.TWO_COLUMN_WIDTH
    return Image(screen.getvalue(), width=round(share * style.NOTEBOOK_WIDTH))
