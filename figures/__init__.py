"""All that turns numbers into what is seen, in four folders, and the rendered figures.

`draw` has the pictures, `explore` the widgets, `run` notebooks and other work in processes of their
own, `save` the files.

A notebook takes from here what it needs to save what it computed and to draw it::

    folder = output_folder(output)
    save_table(table, folder / "figure_2b.csv")
    with style.paper():
        save_figure(figure, folder, "figure_2")
    save_provenance(folder / "figure_2.json", parameters=..., seed=..., data_files=..., started=...)
"""

import same_bits as same_bits  # before NumPy: kernels and other processes inherit its settings

from .draw import style
from .run.pieces import remove_pieces, run_pieces
from .run.progress import progress_line
from .save.files import output_folder, save_arrays, save_figure, save_table
from .save.provenance import save_provenance

__all__ = [
    "output_folder",
    "progress_line",
    "remove_pieces",
    "run_pieces",
    "save_arrays",
    "save_figure",
    "save_provenance",
    "save_table",
    "style",
]
