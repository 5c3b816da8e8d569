"""The same bits on every x86-64 processor: settings that keep libraries from choosing by processor.

NumPy, TensorFlow and BLAS hold several versions of a function and take the one that suits the
processor. They differ in the last digit, and an ascent amplifies it. Importing this module, before
NumPy and TensorFlow, makes them take the version for AVX2, the widest vectors that nearly all
x86-64 processors since 2015 share. `rmi_tf`, `data_generators` and `figures` import it first of
all; processes started afterwards, kernels among them, inherit it.

It is the environment that is set, so it counts for the whole process: where vectors could be twice
as wide, products and exponentials take up to twice the time (`make bench STUDY=ascent` prints it).
A variable that has a value already keeps it. ``RMI_SAME_BITS=0`` leaves all as it is.

The settings do not help against blocks that are as large as the processor's cache, nor against
float32 reciprocals: for these see `rmi_tf.computing.blocks`.
"""

import os
import platform
import sys
import warnings
from pathlib import Path

SAME_BITS = "x86-64 with AVX2: same bits"
WITHIN_SPREAD = "other: within the spread"

SWITCH = "RMI_SAME_BITS"
SETTINGS = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4",  # exp, log, power, arctan2 ... in float64
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # TensorFlow's matrix products
    "OPENBLAS_CORETYPE": "Haswell",  # products and factorisations in NumPy and SciPy
    "TF_ENABLE_ONEDNN_OPTS": "0",  # TensorFlow's operations; its own default depends on the maker
    "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",  # what TensorFlow compiles
}


def class_of_bits() -> str:
    """What to expect of numbers made here: the very bits of the committed ones, or their spread.

    The first needs Linux on an x86-64 processor with AVX2, and the settings in force in NumPy and
    BLAS as they were started.

    Returns:
        `SAME_BITS` or `WITHIN_SPREAD`.

    Example:
        >>> import same_bits
        >>> same_bits.class_of_bits() in (same_bits.SAME_BITS, same_bits.WITHIN_SPREAD)
        True
    """
    as_set = all(os.environ.get(name) == value for name, value in SETTINGS.items())
    return SAME_BITS if _wanted() and as_set and not _others() else WITHIN_SPREAD


def _wanted() -> bool:
    return os.environ.get(SWITCH) != "0" and _has_avx2()


def _has_avx2() -> bool:
    # Elsewhere the settings mean nothing, and Haswell's kernels would crash a processor without.
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    flags = next(
        (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line[:5] == "flags"), ""
    )
    return {"avx2", "fma"} <= set(flags.split())


def _others() -> list[str]:
    """Libraries that have started with other versions of their functions."""
    others = ["TensorFlow"] if _tensorflow_came_first else []
    if "numpy" in sys.modules:
        import numpy as np
        from threadpoolctl import threadpool_info

        if "X86_V4" in np.show_config(mode="dicts")["SIMD Extensions"].get("found", []):
            others.append("NumPy")
        if any(pool.get("architecture", "Haswell") != "Haswell" for pool in threadpool_info()):
            others.append("BLAS")
    return others


def _put_in_force() -> None:
    global _tensorflow_came_first
    missing = [name for name in SETTINGS if name not in os.environ]
    if not (_wanted() and missing):
        return  # otherwise inherited, or the user's own
    os.environ.update({name: SETTINGS[name] for name in missing})
    _tensorflow_came_first = "tensorflow" in sys.modules
    late = _others()
    if late:
        warnings.warn(
            f"{' and '.join(late)} was imported before rmi_tf and has taken this processor's own "
            f"versions of its functions: numbers differ from those on other processors in their "
            f"last digits. Import rmi_tf first, or set {SWITCH}=0 if that does not matter.",
            stacklevel=3,
        )


_tensorflow_came_first = False
_put_in_force()
