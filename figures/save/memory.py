"""The most memory that was held at a time: by this process, and by those that worked for it."""

import resource
from pathlib import Path

of_workers: list[int] = []  # MB, of each piece of work the most that its process had held by then


def peak_memory() -> int:
    """The most that this process has held at a time, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what `getrusage` tells there begins with the memory of the parent
        high = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return round(1024 * int(high.split()[1]) / 1e6)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
