"""Ĩ of the order parameter of φ⁴ against the size at criticality: the slope γ/2ν = 0.875.

Sizes 8 to 64, each in a process of its own; Binder's ratio beside it says how critical the point
is. About three minutes of processor time.
"""

import rmi_tf

import numpy as np

import data_generators
from data_generators import LatticeField
from figures import remove_pieces, run_pieces
from tests.bench.shared import Bounds

SIZES, ROWS = (8, 16, 32, 64), 8192
FROM = 16  # at 8 the density has another shape, by 0.05 nats, and the slope is 0.94(1) up to 16
ERROR, FAR = 0.05, 3  # of the slope, at most, and how many of them it may be off
UNIVERSAL = 0.61069  # Kamieniarz and Blöte, J. Phys. A 26, 201 (1993)
FOLDER = "build/bench_phases"


def one_size(sides, rows, seed, each_step):
    """Ĩ of y = Σφ/L with an error that knows the chains' correlation, and Binder's ratio."""
    field = LatticeField.critical(sides)
    y, chains = field.sample(rows, seed=seed).sum(axis=1) / sides, field.chains(rows)
    found = rmi_tf.rmi_from_terms(y, np.zeros(rows), chains=chains)
    binder = 1 - np.mean(y**4) / (3 * np.mean(y**2) ** 2)
    half_log = 0.5 * np.log(np.mean(y**2))
    return {"row": [found.rmi, found.se, half_log, binder, found.correlation_time]}


def slope_of(table):
    """Of Ĩ in ln L by weighted least squares, and its error."""
    centred = np.log(table[:, 0])
    weight = table[:, 2] ** -2.0
    centred = centred - np.average(centred, weights=weight)
    error = 1 / np.sqrt(np.sum(weight * centred**2))
    return error**2 * np.sum(weight * centred * table[:, 1]), error


def main(bounds):
    pieces = [{"sides": L, "rows": ROWS, "seed": 0} for L in SIZES]
    found = run_pieces(one_size, pieces, folder=FOLDER, code=[rmi_tf, data_generators])
    table = np.array([[L, *piece["row"]] for L, piece in zip(SIZES, found, strict=True)])
    print("size      Ĩ      se   ½ ln χ  Binder  correlated over rows")
    for row in table:
        print("{:4.0f}  {:7.4f}  {:.4f}  {:7.4f}  {:.4f}  {:.2f}".format(*row))
    slope, error = slope_of(table[table[:, 0] >= FROM])
    print(
        f"dĨ/d ln L = {slope:.4f} ± {error:.4f} from {FROM} on, exact {LatticeField.critical_slope}"
    )
    bounds.check("error of the slope", error, at_most=ERROR)
    off = abs(slope - LatticeField.critical_slope) / error
    bounds.check("slope's distance from 0.875", off, at_most=FAR, unit="se")
    bounds.check("Binder's ratio of the largest, off", abs(table[-1, 4] - UNIVERSAL), at_most=0.01)


if __name__ == "__main__":
    bounds = Bounds()
    main(bounds)
    remove_pieces(FOLDER)
    bounds.exit()
