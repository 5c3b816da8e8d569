"""All that `bits.py` computes, on processors that are not there: emulated ones against this one.

The emulator is Debian's qemu-user, 7.2 or newer. It computes reciprocals exactly and knows no
AVX-512: it shows where caches and vector widths matter, and `test_same_bits.py` looks for the rest
in the graphs. About a quarter of an hour a processor.
"""

import sys

import rmi_tf  # noqa: F401  puts the settings in force

from tests.bench.shared import Bounds, in_own_process

PROCESSORS = ("EPYC-Rome", "Haswell")

if __name__ == "__main__":
    bounds = Bounds()
    native = in_own_process("tests.bits", "all")
    for processor in PROCESSORS:
        command = ["qemu-x86_64", "-cpu", processor, sys.executable]
        emulated = in_own_process("tests.bits", "all", interpreter=command)
        different = [name for name in native if native[name] != emulated[name]]
        bounds.check(f"{processor}: different of {len(native)}", len(different), at_most=0)
        print(*different, sep="\n", flush=True)
    bounds.exit()
