"""Sphinx's settings: nothing is executed, and nothing is fetched when a page is read."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # before all else, since other packages have a folder `docs`, too

project = "Renormalized mutual information"
html_title = project
author = "the authors of this companion"
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "docs.extensions.docstrings",
    "docs.extensions.explorers",
    "docs.extensions.links",
    "docs.extensions.pictures",
]
# README's parts stand in pages of their own.
include_patterns = ["*.md", "notebooks/*.ipynb"]
exclude_patterns = ["README.md"]

nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # it would come from other hosts
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3

# A single backquote is a name to be linked where there is one of that name, and code elsewhere.
default_role = "py:obj"
add_module_names = False
autodoc_typehints = "none"  # the docstrings tell the shapes
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
templates_path: list[str] = []
