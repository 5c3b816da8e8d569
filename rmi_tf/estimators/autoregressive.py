"""Densities of K numbers by autoregressive flows, several fitted at once: what `flow` is made of.

A flow maps y to z, of which the density is known, by monotone maps of one number after the other;
each map's shape depends on the numbers before it, through a small network. The Jacobian is
triangular, so ln p(y) = ln p(z) + Σ ln ∂z_k/∂y_k is exact, and is fitted by maximum likelihood
(Papamakarios et al., J. Mach. Learn. Res. 22, 57, 2021). Here a map is a line, an arsinh and three
tanh; four layers take the numbers in turns from either end; z has a Student distribution, whose
tails are fitted, too.

All members train side by side, each on rows of its own: their weights are one tensor with the
members first.
"""

from collections.abc import Callable, Sequence
from typing import Any

from rmi_tf.computing.blocks import ROWS, log
from rmi_tf.computing.quiet_tensorflow import Tensor, tf

import numpy as np
from tqdm.auto import tqdm

LAYERS = 4
NEURONS = 64
BENDS = 3  # tanh in a map
SHAPE = 2 + 3 + 3 * BENDS  # numbers that a map's shape has: shift and scale, then three a bend
LINEAR_TO = 8  # arguments of a network beyond this, in deviations of y, grow as a logarithm does
STEEPEST = 4.0  # of a line and of a bend, as a logarithm, to either side of 1
STEPS = 600
FEW, STEPS_OF_FEW = 4, 400  # components; of these 200 steps more take 0.004 nats off at most
WARM_UP = 50  # steps
BATCH = ROWS
RATE = 2e-2
DECAY = 0.5  # of the weights, times the rate, in a step: without it few rows are learned by heart
AVERAGED = 0.98  # what a step leaves of the weights' moving average
CHECK = 60  # steps between looks at the rows held out, from the third on
WATCHED = 4000  # of these at most, to choose a step by
FREEDOM = 30.0  # degrees of freedom of the Student distribution at first, beyond 2


def fitted(
    z: np.ndarray,
    pools: Sequence[np.ndarray],
    held: Sequence[np.ndarray],
    *,
    seed: int,
    steps: int | None = None,
    progress: bool = False,
) -> list[np.ndarray]:
    """The values ln p(z) of the rows that each member has not seen, nats.

    Args:
        z: (d, K), float32, centred, of scale 1.
        pools: numbers of the rows that each member is fitted to; a row may come several times.
        held: numbers of those that are held out of it, by which the best step is chosen.
        seed: of first weights and of the batches.
        steps: of Adam with cosine decay; None for as many as these components ask for.
        progress: show a bar.
    """
    generator = np.random.default_rng(seed)
    members, components = len(pools), z.shape[1]
    if steps is None:
        steps = STEPS_OF_FEW if components <= FEW else STEPS
    weights = [tf.Variable(w) for w in _first_weights(generator, members, components)]
    averages = [tf.Variable(w) for w in weights]
    density = _density(components)
    decay = tf.keras.optimizers.schedules.CosineDecay(
        0.0, max(steps - WARM_UP, 1), warmup_target=RATE, warmup_steps=WARM_UP
    )
    adam = tf.keras.optimizers.AdamW(decay, weight_decay=DECAY)
    adam.exclude_from_weight_decay([w for w in weights if w.shape[1] == 1])
    adam.build(weights)
    rows = tf.constant(z)

    def step(some: Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = -tf.reduce_sum(tf.reduce_mean(density(weights, tf.gather(rows, some)), axis=1))
        adam.apply(tape.gradient(loss, weights), weights)
        for average, weight in zip(averages, weights, strict=True):
            average.assign(AVERAGED * average + (1 - AVERAGED) * weight)

    some = tf.TensorSpec((members, BATCH), tf.int64)
    move = _graph(step, some)
    on_rows = _graph(lambda some: density(averages, tf.gather(rows, some)), some)
    best, kept = np.full(members, -np.inf), [w.numpy() for w in averages]
    watched = [some[:: -(-len(some) // WATCHED)] for some in held]
    for number in tqdm(range(steps), disable=not progress, unit="step"):
        if number % CHECK == 0:
            drawn = [pool[generator.integers(0, len(pool), (CHECK, BATCH))] for pool in pools]
            batches = tf.constant(np.stack(drawn, axis=1))
        move(batches[number % CHECK])
        if number + 1 == steps or ((number + 1) % CHECK == 0 and number > 2 * CHECK):
            found = np.array([part.mean() for part in _on(watched, on_rows)])
            better = found > best
            best[better] = found[better]
            for part, average in zip(kept, averages, strict=True):
                part[better] = average.numpy()[better]
    for part, average in zip(kept, averages, strict=True):
        average.assign(part)
    return _on(held, on_rows)


def _graph(function: Callable, signature: Any) -> Callable:
    traced = tf.function(function, input_signature=[signature], autograph=False)
    return traced.get_concrete_function()


def _on(rows: Sequence[np.ndarray], function: Callable) -> list[np.ndarray]:
    """What a function of a block of rows for each member gives, for as many as each has."""
    most = -(-max(map(len, rows)) // BATCH) * BATCH
    filled = np.stack([np.resize(some, most) for some in rows])
    blocks = [function(tf.constant(filled[:, i : i + BATCH])) for i in range(0, most, BATCH)]
    found = np.concatenate(blocks, axis=1).astype(np.float64)
    return [part[: len(some)] for part, some in zip(found, rows, strict=True)]


def _masks(components: int) -> list[np.ndarray]:
    """Which weights there are: a number's map sees those before it alone."""
    place, reach = np.arange(components), np.arange(NEURONS) % max(components - 1, 1)
    first = (place[:, np.newaxis] <= reach) & (components > 1)
    second = reach[:, np.newaxis] <= reach
    last = np.tile(reach[:, np.newaxis] < place, SHAPE)
    return [mask.astype(np.float32) for mask in (first, second, last)]


def _first_weights(
    generator: np.random.Generator, members: int, components: int
) -> list[np.ndarray]:
    """Of all layers, and the Student distribution's: maps that are nearly lines, of any input."""
    bends = np.linspace(-1.5, 1.5, BENDS)
    shape = np.concatenate([[0, 0, -4, 0, 0], np.full(BENDS, -4), bends, np.zeros(BENDS)])
    biases = np.zeros(NEURONS), np.zeros(NEURONS), np.repeat(shape, components)
    found = []
    for _ in range(LAYERS):
        for mask, bias in zip(_masks(components), biases, strict=True):
            scale = 1 / np.sqrt(np.maximum(mask.sum(axis=0), 1))
            if len(bias) != NEURONS:
                scale = np.zeros(len(bias))
            drawn = generator.normal(size=(members, *mask.shape)) * scale * mask
            found += [drawn, np.broadcast_to(bias, (members, 1, len(bias)))]
    found.append(np.full((members, 1), np.log(FREEDOM)))
    return [np.array(part, np.float32) for part in found]


def _density(components: int) -> Callable[[Sequence[Tensor], Tensor], Tensor]:
    """The function ln p(x), (M, n), of weights and of rows x (M, n, K)."""
    masks = [tf.constant(mask) for mask in _masks(components)]

    def log_density(weights: Sequence[Tensor], x: Tensor) -> Tensor:
        found = tf.constant(0.0)
        for layer in range(LAYERS):
            w1, b1, w2, b2, w3, b3 = weights[6 * layer : 6 * layer + 6]
            hidden = LINEAR_TO * tf.asinh(x / LINEAR_TO)
            hidden = tf.nn.swish(tf.matmul(hidden, w1 * masks[0]) + b1)
            hidden = tf.nn.swish(tf.matmul(hidden, w2 * masks[1]) + b2)
            shape = tf.matmul(hidden, w3 * masks[2]) + b3
            x, slope = _mapped(x, shape)
            found += tf.reduce_sum(log(slope), axis=-1)
            x = tf.reverse(x, [-1])
        freedom = 2 + tf.exp(weights[-1])
        half = (freedom + components) / 2
        norm = tf.math.lgamma(half) - tf.math.lgamma(freedom / 2)
        norm -= 0.5 * components * log(np.float32(np.pi) * freedom)
        return found + norm - half * log(1 + tf.reduce_sum(x**2, axis=-1) / freedom)

    return log_density


def _mapped(x: Tensor, shape: Tensor) -> tuple[Tensor, Tensor]:
    """Monotone maps of x (M, n, K) whose shapes are (M, n, SHAPE K), and their slopes."""
    components = x.shape[-1]
    sizes = [components * one for one in (1, 1, 1, 1, 1, BENDS, BENDS, BENDS)]
    shift, line, height, centre, width, *of_bends = tf.split(shape, sizes, axis=-1)
    line, sharp, height = _bounded(line), _bounded(-width), tf.nn.softplus(height)
    far = (x - centre) * sharp
    y = shift + line * x + height * tf.asinh(far)
    # no quotient by a root: TensorFlow's graphs make a reciprocal of it, each processor's own
    slope = line + height * sharp * tf.exp(-0.5 * log(1 + far**2))
    bends = (*x.shape[:2], BENDS, components)
    heights, centres, widths = (tf.reshape(part, bends) for part in of_bends)
    heights, sharps = tf.nn.softplus(heights), _bounded(-widths)
    bent = tf.tanh((x[:, :, tf.newaxis] - centres) * sharps)
    y += tf.reduce_sum(heights * bent, axis=-2)
    slope += tf.reduce_sum(heights * sharps * (1 - bent**2), axis=-2)
    return y, slope


def _bounded(logarithm: Tensor) -> Tensor:
    """Its exponential, which an outlier's shape must not send to infinity."""
    return tf.exp(STEEPEST * tf.tanh(logarithm / STEEPEST))
