# Everything a reader runs. Each target first builds .venv where it is missing or out of date.

PYTHON ?= python3
UV ?= uv

BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --no-input
NOTEBOOKS = $(wildcard notebooks/*.ipynb)
FIGURES = $(wildcard notebooks/figure_*.ipynb)
SHORT = $(addprefix notebooks/,quickstart.ipynb theory.ipynb explore.ipynb)
# Fig. 2's notebook is compared with what is stored in it where its files are, in a test.
LONG = $(filter-out $(SHORT) %/figure_2.ipynb,$(wildcard notebooks/*.ipynb))
TESTS = $(wildcard tests/notebooks/test_*.py) \
    $(filter-out tests/notebooks/%,$(wildcard tests/*/test_*.py))
# Files are shared out whole: a notebook's cells have one kernel. Long ones come first, so that both
# cores have something to do until the end.
PYTEST = $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 20
# What the page shows, or links to.
PAGES = README.md CONTRIBUTING.md CITATION.cff same_bits.py data_generators figures notebooks \
    rmi_tf tests
PAGE = build
NOTEBOOK = figure_2
GRID = -g noise_max "[0.2, 0.4]" -g seed "[0, 1, 2]" -p n_samples 10_000 -p n_drops 1024

.PHONY: help figures notebooks site explorers test test-fast test-paper lab bench sweep lock clean

help:
	@echo "make figures    the paper's figures with their numbers, into figures/"
	@echo "make notebooks  execute the committed notebooks in place"
	@echo "make site       the page to read, into build/site: open index.html there"
	@echo "make explorers  the numbers behind the page's sliders, anew: ten minutes"
	@echo "make test-fast  the tests of a few seconds each"
	@echo "make test       what a change has to pass: a quarter of an hour"
	@echo "make test-paper what 'make test' leaves out, at the paper's values: most of an hour"
	@echo "make lab        JupyterLab, on this computer only"
	@echo "make bench      what the long studies are; STUDY=name starts one, or goes on with it"
	@echo "make sweep      a notebook over a grid, as NOTEBOOK and GRID say: see README"
	@echo "make lock       resolve requirements.txt anew (needs uv)"
	@echo "make clean      remove all that make has built"

# The stamps are touched last, so an install that was interrupted starts again.
.venv/locked: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	    echo "Python 3.11 to 3.13 is needed, and $(PYTHON) is" \
	        "`$(PYTHON) --version 2>/dev/null || echo missing`:" \
	        "name one, as in 'make PYTHON=python3.11'" >&2; exit 1; }
	@echo "Installing the locked environment into .venv: a minute or two, once"
	$(PYTHON) -m venv --clear .venv
	$(PIP) install --quiet --require-hashes --no-deps -r requirements.txt
	@touch $@

.venv/installed: .venv/locked pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

figures: .venv/installed
	@set -e; for notebook in $(FIGURES); do \
	    $(BIN)/python -m figures $$notebook --output figures; done

# Neither times nor widgets (whose identifiers are new each time, and which show nothing without a
# kernel), and what a cell prints in one piece, so that a second run leaves the same file;
# pictures are kept small.
notebooks: .venv/installed
	@set -e; for notebook in $(NOTEBOOKS); do \
	    $(BIN)/python -m nbconvert --to notebook --execute --inplace \
	        --ExecutePreprocessor.record_timing=False \
	        --ExecutePreprocessor.store_widget_state=False \
	        --NotebookExporter.preprocessors=nbconvert.preprocessors.TagRemovePreprocessor \
	        --NotebookExporter.preprocessors=nbconvert.preprocessors.CoalesceStreamsPreprocessor \
	        --NotebookExporter.preprocessors=figures.save.stored.SmallPictures \
	        --TagRemovePreprocessor.enabled=True \
	        --TagRemovePreprocessor.remove_single_output_tags=widget $$notebook; done

# Built from a copy, which has README's parts as pages of their own.
site: .venv/installed
	rm -rf $(PAGE)/pages $(PAGE)/doctrees $(PAGE)/site
	mkdir -p $(PAGE)/pages
	cp -R docs/pages/. $(PAGES) $(PAGE)/pages
	$(BIN)/python -m sphinx -W --keep-going -q -c docs -d $(PAGE)/doctrees $(PAGE)/pages $(PAGE)/site
	@echo "The page is $(PAGE)/site/index.html"

explorers: .venv/installed
	$(BIN)/python -m docs.explorers.numbers

test-fast: .venv/installed
	$(PYTEST) -m "not slow and not paper" $(TESTS)

test: .venv/installed
	$(PYTEST) -m "not paper" --nbval $(SHORT) $(TESTS)

# Cells of minutes take longer beside those of another notebook.
test-paper: .venv/installed
	$(PYTEST) -m "paper or notebook" --nbval --nbval-cell-timeout 5000 $(LONG) $(TESTS)

# The kernels inherit the settings, also those of notebooks that import NumPy first.
lab: .venv/installed
	$(BIN)/python -c "import same_bits; from jupyterlab.labapp import main; main()" \
	    --ip=127.0.0.1 notebooks

bench: .venv/installed
	@$(BIN)/python -m tests.bench $(STUDY)

sweep: .venv/installed
	$(BIN)/python -m figures $(NOTEBOOK) $(GRID)

lock:
	$(UV) pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	    --generate-hashes --no-header --quiet --output-file requirements.txt

clean:
	rm -rf .venv build rmi_companion.egg-info .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
