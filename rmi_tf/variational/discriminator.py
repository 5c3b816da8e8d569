"""The network D of Eq. (8), and its training: what `rmi_tf.variational` is made of.

D is a quadratic function of whitened y plus a network of two smooth layers, which sees the squares
and products of y's components too: with them it learns curved distributions several times faster.
The quadratic part alone turns any Gaussian into any other. D starts at zero, where Eq. (8) is
the entropy that y has under the reference's code.

Eq. (8) alone is a hard start: e^(-D) on the few points of the reference where y is frequent drowns
the rest, the more so the larger K. Telling points of y from points of the reference by logistic
regression has its minimum at the same D, and bounded gradients. So D is warmed up by that, and then
trained by Eq. (8), which its value comes from. On bananas at K = 10 (one seed) it halved the error.
Clipping the gradients of Eq. (8), or capping e^(-D), made the training diverge there instead.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from rmi_tf.computing.blocks import blockwise
from rmi_tf.computing.quiet_tensorflow import Tensor, tf

import numpy as np

BATCH = 1024  # points of y, and of the reference, in each step
STEPS_BETWEEN_CHECKS = 100
WARM_UP = 0.7  # share of the steps, by logistic regression
ROWS = 20_000  # evaluated at a time
NEURONS = 64
RATE = 3e-3  # of Adam at the first step, over √K: the more components, the more weights move D


def with_products(z: Tensor) -> Tensor:
    """The components and their products, (n, K) -> (n, K + K (K + 1)/2)."""
    first, second = np.triu_indices(z.shape[1])
    return tf.concat([z, tf.gather(z, first, axis=1) * tf.gather(z, second, axis=1)], axis=1)


def discriminator(components: int, *, seed: int) -> "tf.keras.Model":
    """D: `with_products` of whitened y, (n, K + K (K + 1)/2) -> (n, 1), zero at the start."""
    initializers, layers = tf.keras.initializers, tf.keras.layers
    # Keras takes seeds below 2³¹.
    seeds = (int(s) for s in np.random.SeedSequence(seed).generate_state(2) >> 1)
    inputs = layers.Input((components + components * (components + 1) // 2,))
    hidden = inputs
    for layer_seed in seeds:
        weights = initializers.GlorotNormal(layer_seed)
        hidden = layers.Dense(NEURONS, "swish", kernel_initializer=weights)(hidden)
    both = layers.Concatenate()([inputs, hidden])
    return tf.keras.Model(inputs, layers.Dense(1, kernel_initializer="zeros")(both))


def bound(on_y: Tensor, on_r: Tensor) -> Tensor:
    """Eq. (8) without the reference's own term, from D on points of y and of the reference."""
    return tf.reduce_mean(on_y) + tf.reduce_mean(tf.exp(-on_r)) - 1


def telling_apart(on_y: Tensor, on_r: Tensor) -> Tensor:
    """The loss of logistic regression where -D is the logit of being y's; least at Eq. (8)'s D."""
    return tf.reduce_mean(tf.nn.softplus(on_y)) + tf.reduce_mean(tf.nn.softplus(-on_r))


def trained(
    train: np.ndarray,
    valid: np.ndarray,
    reference_points: Callable[..., np.ndarray],
    *,
    seed: int,
    steps: int,
) -> Callable[[np.ndarray], np.ndarray]:
    """D as a function (n, K) -> (n,), warmed up and trained on Eq. (8) by Adam with cosine decay.

    Args:
        train: whitened samples of y, (n, K) float32, to take the gradient of.
        valid: others, to choose the step whose D comes lowest.
        reference_points: (n, stream) -> fresh points of the reference, whitened, (n, K) float32.
        seed: of the network and of the order of the samples.
        steps: how many.

    Raises:
        ArithmeticError: the objective was never finite.
    """
    model = discriminator(train.shape[1], seed=seed)
    variables = model.trainable_variables
    decay = tf.keras.optimizers.schedules.CosineDecay(RATE / train.shape[1] ** 0.5, steps)
    optimizer = tf.keras.optimizers.Adam(decay)
    optimizer.build(variables)

    # concrete, since TensorFlow warns of a function that is traced anew in each training
    batch, any_rows = (tf.TensorSpec([n, train.shape[1]], tf.float32) for n in (BATCH, None))
    of_batch, of_rows = (
        blockwise(lambda z: model(with_products(z)), rows) for rows in (batch, any_rows)
    )

    @cache  # traced where it is first wanted: that takes as long as many steps
    def one_step(loss: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], None]:
        def move(z: Tensor, r: Tensor) -> None:
            with tf.GradientTape() as tape:
                value = loss(of_batch(z), of_batch(r))
            optimizer.apply(tape.gradient(value, variables), variables)

        return tf.function(move, autograph=False).get_concrete_function(batch, batch)

    on_rows = tf.function(lambda z: of_rows(z)[:, 0], autograph=False).get_concrete_function(
        any_rows
    )

    def values(z: np.ndarray) -> np.ndarray:
        rows = [on_rows(tf.constant(z[i : i + ROWS])).numpy() for i in range(0, len(z), ROWS)]
        return np.concatenate(rows).astype(np.float64)

    generator = np.random.default_rng([seed, 2])
    valid_reference = reference_points(4 * len(valid), 3)
    best: tuple[float, Any] = (np.inf, None)
    for first in range(0, steps, STEPS_BETWEEN_CHECKS):
        some = min(STEPS_BETWEEN_CHECKS, steps - first)
        # shuffled, since some mixtures draw one component after the other
        r = generator.permutation(reference_points(some * BATCH, 4, first))
        r = tf.constant(r.reshape(some, BATCH, -1))
        z = tf.constant(train[generator.integers(0, len(train), (some, BATCH))])
        for step in range(some):
            move = one_step(telling_apart if first + step < WARM_UP * steps else bound)
            move(z[step], r[step])
        value = values(valid).mean() + np.exp(-values(valid_reference)).mean() - 1
        if value < best[0]:
            best = value, [variable.numpy() for variable in variables]
    if best[1] is None:
        raise ArithmeticError(
            "Eq. (8): expected a finite objective, but it was never finite on the samples that "
            "choose the step: outliers in y, or a reference far from it"
        )
    for variable, at_best in zip(variables, best[1], strict=True):
        variable.assign(at_best)
    return values
