"""TensorFlow, imported without its start-up messages, so that no notebook stores them.

Import it from here before anything else imports TensorFlow::

    from rmi_tf.computing.quiet_tensorflow import tf
"""

import os
import sys
from collections.abc import Callable
from typing import Any

import same_bits as same_bits  # before TensorFlow and NumPy: they read its settings as they start

from threadpoolctl import threadpool_limits

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def _quiet_import():
    # Some lines (the search for CUDA drivers) go to file descriptor 2 before any log level is
    # read, so the descriptor itself points elsewhere while the import runs.
    sys.stderr.flush()
    saved = os.dup(2)
    try:
        with open(os.devnull, "w") as devnull:
            os.dup2(devnull.fileno(), 2)
            import tensorflow
        return tensorflow
    finally:
        os.dup2(saved, 2)
        os.close(saved)


tf = _quiet_import()

Tensor = Any  # TensorFlow ships no types
Feature = Callable[[Tensor], Tensor]  # from samples (n, N) to values (n,) or (n, K)


def use_one_thread_per_operation() -> None:
    """Run each TensorFlow operation on one thread, so that results don't depend on the cores.

    Sums split over threads round differently with their number. Call this once, before the first
    operation; work is then spread over the cores in whole pieces (chunks, runs), each with bits of
    its own. It holds for NumPy's and SciPy's linear algebra and for OpenMP, too.

    Raises:
        RuntimeError: TensorFlow has already run an operation with other settings.

    Example:
        >>> import rmi_tf
        >>> rmi_tf.use_one_thread_per_operation()  # first of all
    """
    tf.config.threading.set_intra_op_parallelism_threads(1)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # of libraries that are imported later
    threadpool_limits(1)
