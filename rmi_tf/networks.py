"""Networks to begin with: for the plane (Fig. 3), for many noisy inputs, for particles all alike.

Use them where nothing is known of the feature; any Keras model, and any callable with
``trainable_variables``, can be optimised in their place.
"""

import math

from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import Tensor, tf

import numpy as np


def network(neurons: int = 150, *, seed: int, inputs: int = 2) -> "tf.keras.Model":
    """A feature (n, inputs) -> (n, 1): layers of ReLU, ReLU and tanh, and a linear output.

    All biases are normal with deviation 1, and the first layer's weights with √(2/N), 1 in the
    plane, so that kinks lie all over the region where x does, and what enters a unit grows neither
    with N nor beyond where tanh moves; the other weights are Glorot normal.

    Args:
        neurons: in each of the three hidden layers.
        seed: of the parameters at the start; the same seed gives the same bits.
        inputs: N.

    Raises:
        ValueError: neurons or inputs that are not whole numbers >= 1.

    Example:
        >>> from rmi_tf import network, tf
        >>> model = network(10, seed=0, inputs=3)
        >>> model(tf.zeros((5, 3))).shape.as_list(), model.count_params()
        ([5, 1], 271)
    """
    _check_sizes(neurons=neurons, inputs=inputs)
    initializers, layers = tf.keras.initializers, tf.keras.layers
    seeds = iter(_seeds(seed, 8))
    model = tf.keras.Sequential([layers.Input((int(inputs),))])
    for number, activation in enumerate(("relu", "relu", "tanh", None)):
        layer_seed = next(seeds)
        if number == 0:
            weights = initializers.RandomNormal(stddev=math.sqrt(2 / inputs), seed=layer_seed)
        else:
            weights = initializers.GlorotNormal(layer_seed)
        biases = initializers.RandomNormal(stddev=1.0, seed=next(seeds))
        width = int(neurons) if activation else 1
        model.add(layers.Dense(width, activation, True, weights, biases))
    return model


def smooth_network(inputs: int, neurons: int = 70, *, seed: int) -> "tf.keras.Model":
    """A feature (n, inputs) -> (n, 1): two layers of tanh, and a linear output.

    All weights are Glorot uniform and the biases zero, so that it begins almost linear. Use it for
    fields of many sites, where kinks and large weights keep the noise of each in y.

    Args:
        inputs: N.
        neurons: in each of the two hidden layers.
        seed: of the parameters at the start; the same seed gives the same bits.

    Raises:
        ValueError: neurons or inputs that are not whole numbers >= 1.

    Example:
        >>> from rmi_tf import smooth_network, tf
        >>> model = smooth_network(100, seed=0)
        >>> model(tf.zeros((5, 100))).shape.as_list(), model.count_params()
        ([5, 1], 12111)
    """
    _check_sizes(neurons=neurons, inputs=inputs)
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input((int(inputs),))])
    widths = ((int(neurons), "tanh"), (int(neurons), "tanh"), (1, None))
    for layer_seed, (width, activation) in zip(_seeds(seed, 3), widths, strict=True):
        weights = tf.keras.initializers.GlorotUniform(layer_seed)
        model.add(layers.Dense(width, activation, kernel_initializer=weights))
    return model


def exchangeable_network(
    particles: int, neurons: int = 32, *, seed: int, components: int = 2
) -> "tf.keras.Model":
    """A feature y = (1/N) Σ_j φ(x_j) of N particles in the plane: (n, 2N) -> (n, K).

    The order of the particles makes no difference, and there are as few parameters as one particle
    needs, so that a few thousand samples suffice. φ has one hidden layer of softplus, smooth and
    curved, whose weights and biases begin normal;
    with small weights φ would begin almost linear, which sees a drop's centre and not its shape.

    Args:
        particles: N; a sample has the first coordinates of all, then the second ones.
        neurons: in the hidden layer.
        seed: of the parameters at the start; the same seed gives the same bits.
        components: K.

    Raises:
        ValueError: particles, neurons or components that are not whole numbers >= 1.

    Example:
        >>> from rmi_tf import exchangeable_network, tf
        >>> model = exchangeable_network(3, seed=0)
        >>> y = model(tf.constant([[1.0, 2.0, 3.0, 0.0, 4.0, 5.0], [2.0, 1.0, 3.0, 4.0, 0.0, 5.0]]))
        >>> y.shape.as_list(), bool(tf.reduce_max(tf.abs(y[0] - y[1])) < 1e-5)
        ([2, 2], True)
    """
    _check_sizes(particles=particles, neurons=neurons, components=components)
    initializers, layers = tf.keras.initializers, tf.keras.layers
    seeds = _seeds(seed, 3)
    weights = initializers.RandomNormal(stddev=2.0, seed=seeds[0])
    biases = initializers.RandomNormal(stddev=1.0, seed=seeds[1])
    output = initializers.GlorotNormal(seeds[2])
    return tf.keras.Sequential(
        [
            layers.Input((2 * int(particles),)),
            layers.Reshape((2, int(particles))),
            layers.Permute((2, 1)),
            _OfEachPlace(int(neurons), "softplus", True, weights, biases),
            layers.GlobalAveragePooling1D(),
            # linear, so it may come after the mean, where it is cheaper
            layers.Dense(int(components), None, True, output),
        ]
    )


@tf.keras.utils.register_keras_serializable("rmi_tf")
class _OfEachPlace(tf.keras.layers.Dense):
    """A dense layer of each particle's two coordinates, (n, N, 2) -> (n, N, units), by sums.

    As a product it would have n N rows, and the processor's bits (see `rmi_tf.computing.blocks`).
    """

    def call(self, inputs: Tensor) -> Tensor:
        along, across = inputs[..., :1] * self.kernel[0], inputs[..., 1:] * self.kernel[1]
        return self.activation(along + across + self.bias)


def _seeds(seed: int, count: int) -> list[int]:
    """Of the layers; Keras takes seeds below 2³¹."""
    sequence = np.random.SeedSequence(check_whole("seed", seed, least=0))
    return [int(s) for s in sequence.generate_state(count) >> 1]


def _check_sizes(**sizes: int) -> None:
    for name, number in sizes.items():
        check_whole(name, number, least=1)
