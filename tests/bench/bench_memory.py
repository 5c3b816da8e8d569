"""With the histogram memory does not grow with the number of samples, and time grows linearly.

A field of 100 sites, and a plane: 10^8 points of that take a minute or two. Nothing is kept of a
run that is interrupted: times are compared within one execution only.
"""

import json
import resource
import sys
import time
from collections.abc import Sequence

import rmi_tf

import numpy as np

from data_generators import WavePacket
from tests.bench.shared import Bounds, in_own_process


class Plane(Sequence):
    """n Gaussian points of the plane, in seeded chunks that are drawn as they are asked for."""

    rows = 250_000

    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n // self.rows

    def __getitem__(self, i):
        return np.random.default_rng([0, i]).standard_normal((self.rows, 2), np.float32)


SYSTEMS = {
    "field of 100 sites, normalized position": (
        rmi_tf.normalized_position, lambda n: WavePacket().chunks(n, seed=0), 10**6, 10**7,
    ),
    "plane, distance from the middle": (lambda x: rmi_tf.tf.norm(x, axis=1), Plane, 10**7, 10**8),
}  # fmt: skip


def measured(system, n):
    rmi_tf.use_one_thread_per_operation()
    feature, chunks, *_ = SYSTEMS[system]
    started, used = time.perf_counter(), time.process_time()
    result = rmi_tf.renormalized_mutual_information(feature, chunks(n), estimator="histogram")
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (1e6 if sys.platform == "darwin" else 1e3)  # bytes there, kB elsewhere
    return {"rmi": result.rmi, "seconds": seconds, "processor": processor, "peak": megabytes}


def main():
    bounds = Bounds()
    for system, (*_, few, many) in SYSTEMS.items():
        print(f"RMI by the histogram, in chunks drawn as asked for: {system}")
        print(f"{'n':>10} {'RMI':>9} {'seconds':>9} {'processor s':>12} {'peak MB':>9}")
        runs = {}
        for n in (few, many):
            runs[n] = run = in_own_process("tests.bench.bench_memory", system, n)
            print(
                f"{n:>10} {run['rmi']:>9.5f} {run['seconds']:>9.2f} {run['processor']:>12.2f} "
                f"{run['peak']:>9.0f}",
                flush=True,
            )
        bounds.check(
            f"peak memory for {many:.0e} samples", runs[many]["peak"], at_most=1000, unit="MB"
        )
        # The processor's time, which other work on the computer disturbs less than the clock's.
        times = runs[many]["processor"] / runs[few]["processor"]
        bounds.check("time for ten times the samples", times, at_least=8, at_most=12, unit="times")
        print()
    bounds.exit()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
