"""Overdamped Brownian motion of the liquid drop's particles, compiled by XLA.

x ← x + step F(x) + √(2 kT step) (R + R')/2 with unit normals R, R' of this and the next step: the
integrator of Leimkuhler and Matthews (doi:10.1093/amrx/abs010), whose averages in equilibrium err
by step² only, where plain Euler steps err by step. Its displacement over many steps is the same.

Everything is laid out as (particles, samples), so that neighbours in memory are samples and each
vector instruction serves a full register of them. One pass over the particles j adds their pull on
all i at once. Both components share one complex accumulator: XLA then works out each pair once,
where two real accumulators cost twice the time.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from data_generators.liquid_drop._pair_law import PairLaw

STEPS_A_CALL = 25  # bounds the memory of the noise: 6 MB for 250 particles and 64 samples


def relax(
    law: PairLaw,
    start: np.ndarray,
    half_axes: np.ndarray,
    noise: Callable[[int], np.ndarray],
    *,
    steps: int,
    step: float,
    temperature: float,
    wall: float,
    central_wall: bool,
) -> np.ndarray:
    """Positions after the given steps, in the frame of each sample's ellipse: (2, N, n) float32.

    Args:
        law: the pair law.
        start: positions along the half-axes, (2, N, n), in units of the drop's radius.
        half_axes: of each sample's ellipse, (2, n).
        noise: gives the next m unit normals, (m, 2, N, n); asked for steps + 1 of them in all.
        steps: how many steps.
        step: time of a step; the mobility is 1.
        temperature: kT in units of the pair law's energy.
        wall: size of the force that draws back what is outside the ellipse.
        central_wall: it points to the centre, with size `wall` (the paper's protocol); otherwise it
            is the gradient of wall (ρ - 1), ρ² = (x/a)² + (y/b)², so that an equilibrium exists.
    """
    inverse_squares = (half_axes**-2.0).astype(np.float32)
    pull = np.ones_like(inverse_squares) if central_wall else inverse_squares
    x, y = start.astype(np.float32)
    advance = _advance(law, start.shape[1])
    kick = np.sqrt(temperature * step / 2)
    last = noise(1)
    for done in range(0, steps, STEPS_A_CALL):
        count = min(STEPS_A_CALL, steps - done)
        block = np.zeros((STEPS_A_CALL + 1, *last.shape[1:]), np.float32)
        block[:1], block[1 : count + 1] = last, noise(count)
        last = block[count : count + 1]
        x, y = advance(
            x, y, block, np.int32(count), np.float32(step), np.float32(kick), np.float32(wall),
            inverse_squares, pull,
        )  # fmt: skip
    return np.stack([np.asarray(x), np.asarray(y)])


@functools.cache
def _advance(law: PairLaw, particles: int) -> Any:
    import tensorflow as tf

    unrolled = max(k for k in range(1, 11) if particles % k == 0)

    def interaction(x, y):
        def add(j, total):
            for k in range(unrolled):
                dx, dy = x - x[j + k], y - y[j + k]
                strength = law.force_over_distance(dx * dx + dy * dy)
                total += tf.complex(strength * dx, strength * dy)
            return j + unrolled, total

        nothing = tf.zeros(x.shape, tf.complex64)
        _, total = tf.while_loop(lambda j, _: j < particles, add, (0, nothing))
        return tf.math.real(total), tf.math.imag(total)

    @tf.function(jit_compile=True, autograph=False)
    def advance(x, y, noise, count, step, kick, wall, inverse_squares, pull):
        def move(i, x, y):
            fx, fy = interaction(x, y)
            outside = x * x * inverse_squares[0] + y * y * inverse_squares[1] > 1
            # XLA makes an rsqrt, which each maker's processors approximate in their own way, of
            # the quotient by a root, but not of the root of a quotient
            inverse = tf.sqrt(1 / (x * x * pull[0] + y * y * pull[1]))
            size = tf.where(outside, wall * inverse, 0)
            fx, fy = fx - size * pull[0] * x, fy - size * pull[1] * y
            dx, dy = tf.unstack(kick * (noise[i] + noise[i + 1]))
            return i + 1, x + (step * fx + dx), y + (step * fy + dy)

        return tf.while_loop(lambda i, *_: i < count, move, (0, x, y))[1:]

    return advance
