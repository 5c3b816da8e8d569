"""All that turns numbers into what is seen, in four folders, and the rendered figures.

`draw` has the pictures, `explore` the widgets, `run` notebooks and other work in processes of their
own, `save` the files.

A notebook takes from here what it needs to save what it computed and to draw it::

    parameters = recorded_parameters(globals())
    folder = output_folder(output)
    save_table(table, folder / "figure_2b.csv")
    show_figure(folder, "figure_2", figure_2.draw_figure, ...)
    save_provenance(folder / "figure_2.json", parameters=parameters, seed=..., ...)
"""

import same_bits as same_bits  # before NumPy: kernels and other processes inherit its settings

from .draw import style
from .run.pieces import remove_pieces, run_pieces
from .run.progress import progress_line
from .save.files import output_folder, save_arrays, save_figure, save_table
from .save.pictures import show_figure
from .save.provenance import recorded_parameters, save_provenance

__all__ = [
    "output_folder",
    "progress_line",
    "recorded_parameters",
    "remove_pieces",
    "run_pieces",
    "save_arrays",
    "save_figure",
    "save_provenance",
    "save_table",
    "show_figure",
    "style",
]
