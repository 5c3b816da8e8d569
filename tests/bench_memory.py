"""With the histogram memory does not grow with the number of samples, and time grows linearly."""

import json
import resource
import sys
import time

import rmi_tf

from bench import Bounds, in_own_process

from data_generators import WavePacket

FEW, MANY = 1_000_000, 10_000_000


def measured(n):
    rmi_tf.use_one_thread_per_operation()
    started, used = time.perf_counter(), time.process_time()
    result = rmi_tf.renormalized_mutual_information(
        rmi_tf.normalized_position, WavePacket().chunks(n, seed=0), estimator="histogram"
    )
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (1e6 if sys.platform == "darwin" else 1e3)  # bytes there, kB elsewhere
    return {"rmi": result.rmi, "seconds": seconds, "processor": processor, "peak": megabytes}


def main():
    print(
        "RMI of the normalized position by the histogram, 100 sites, in chunks drawn as asked for"
    )
    print(f"{'n':>10} {'RMI':>9} {'seconds':>9} {'processor s':>12} {'peak MB':>9}")
    runs = {}
    for n in (FEW, MANY):
        runs[n] = run = in_own_process(__file__, n)
        print(
            f"{n:>10} {run['rmi']:>9.5f} {run['seconds']:>9.2f} {run['processor']:>12.2f} "
            f"{run['peak']:>9.0f}",
            flush=True,
        )
    print()
    bounds = Bounds()
    bounds.check("peak memory for 10^7 samples", runs[MANY]["peak"], at_most=1000, unit="MB")
    # The processor's time, which other work on the computer disturbs less than the clock's.
    times = runs[MANY]["processor"] / runs[FEW]["processor"]
    bounds.check("time for ten times the samples", times, at_least=8, at_most=12, unit="times")
    bounds.exit()


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(measured(int(sys.argv[1]))))
    else:
        main()
