"""What a run may expect of this processor: the bits of the committed numbers, or their spread.

The settings for the same bits come first, before anything here imports NumPy. Where they are not in
force or mean nothing, training amplifies the last digits and ends elsewhere: tests marked
`same_bits` are skipped there, and the notebooks still run to their ends, but what they print is not
compared with what is stored in them.
"""

import same_bits

import pytest


def outside():
    """The class of bits of this run, unless it is that of the committed numbers."""
    found = same_bits.class_of_bits()
    return None if found == same_bits.SAME_BITS else found


def pytest_configure(config):
    if outside() and getattr(config.option, "nbval", False):
        config.option.nbval, config.option.nbval_lax = False, True


def pytest_report_header(config):
    header = f"bits: {same_bits.class_of_bits()}"
    compares = getattr(config.option, "nbval_lax", False)
    return f"{header}; outputs of notebooks are not compared" if outside() and compares else header


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker("notebook")
    found = outside()
    if found:
        reason = f"this processor, or its settings, give other bits: {found}"
        for item in items:
            if item.get_closest_marker("same_bits"):
                item.add_marker(pytest.mark.skip(reason=reason))
