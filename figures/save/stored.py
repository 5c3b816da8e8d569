r"""Pictures as notebooks keep them: a third of the bytes, for a screen.

`make notebooks` has nbconvert do this to each picture that a notebook stores; it can also be
done to notebooks as they are, without executing them::

    python -m nbconvert --to notebook --inplace \
        --NotebookExporter.preprocessors=figures.save.stored.SmallPictures notebooks/*.ipynb
"""

from __future__ import annotations

import base64
import io
from typing import Any

from nbconvert.preprocessors import Preprocessor

COLOURS = 96  # of a picture: with more of them a notebook would come near 400 kB
PNG = "image/png"


class SmallPictures(Preprocessor):
    """Makes each stored picture of a notebook small."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """The cell with its pictures as `small_png` gives them."""
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if PNG in data:
                data[PNG] = base64.b64encode(small_png(base64.b64decode(data[PNG]))).decode()
        return cell, resources


def small_png(png: bytes) -> bytes:
    """The picture in its most frequent colours; one that has been made small stays as it is.

    Args:
        png: a picture's bytes; what is transparent in it becomes white.

    Example:
        >>> import io
        >>> from PIL import Image
        >>> from figures.save.stored import small_png
        >>> file = io.BytesIO()
        >>> Image.linear_gradient("L").convert("RGB").save(file, "png")
        >>> small = small_png(file.getvalue())
        >>> Image.open(io.BytesIO(small)).mode, small_png(small) == small
        ('P', True)
    """
    from PIL import Image

    picture = Image.open(io.BytesIO(png))
    if picture.mode == "P":
        return png
    seen = picture.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    opaque = Image.alpha_composite(paper, seen).convert("RGB")
    few = opaque.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    file = io.BytesIO()
    few.save(file, "png", optimize=True)
    return file.getvalue()
