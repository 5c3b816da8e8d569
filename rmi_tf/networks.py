"""Networks to begin with: for the plane (Fig. 3), many noisy inputs, images, particles all alike.

Use them where nothing is known of the feature; any Keras model, and any callable with
``trainable_variables``, can be optimised in their place.
"""

import math
from typing import Any

from rmi_tf.computing.blocks import ROWS, matmul
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


def smooth_network(
    inputs: int, neurons: int = 70, *, seed: int, components: int = 1
) -> "tf.keras.Model":
    """A feature (n, inputs) -> (n, K): two layers of tanh, and a linear output.

    All weights are Glorot uniform and the biases zero, so that it begins almost linear. Use it for
    fields of many sites, where kinks and large weights keep the noise of each in y.

    Args:
        inputs: N.
        neurons: in each of the two hidden layers.
        seed: of the parameters at the start; the same seed gives the same bits.
        components: K.

    Raises:
        ValueError: neurons, inputs or components that are not whole numbers >= 1.

    Example:
        >>> from rmi_tf import smooth_network, tf
        >>> model = smooth_network(100, seed=0)
        >>> model(tf.zeros((5, 100))).shape.as_list(), model.count_params()
        ([5, 1], 12111)
    """
    _check_sizes(neurons=neurons, inputs=inputs, components=components)
    model = tf.keras.Sequential([tf.keras.layers.Input((int(inputs),))])
    widths = ((int(neurons), "tanh"), (int(neurons), "tanh"), (int(components), None))
    dense = tf.keras.layers.Dense if max(inputs, neurons) <= ROWS else _DenseInBlocks
    for layer_seed, (width, activation) in zip(_seeds(seed, 3), widths, strict=True):
        weights = tf.keras.initializers.GlorotUniform(layer_seed)
        model.add(dense(width, activation, kernel_initializer=weights))
    return model


def convolutional_network(
    side: int,
    neurons: int = 32,
    *,
    seed: int,
    components: int = 2,
    filters: int = 4,
    patch: int = 4,
    cells: int = 4,
) -> "tf.keras.Model":
    """A feature of square images, (n, side²) -> (n, K): the same filters in every patch, squared.

    The squares are summed over cells that overlap, so that y begins to change smoothly with the
    place of what is seen; a layer of tanh and a linear output follow. A square has no slope where
    the image is dark: units with one would make dark pixels, which are many, count in ∇f.

    Args:
        side: of the image, in pixels; a row of x has its rows of pixels one after the other.
        neurons: in the layer of tanh.
        seed: of the parameters at the start; the same seed gives the same bits.
        components: K.
        filters: in each patch.
        patch: pixels of a patch's side; the patches cover the image once.
        cells: along a side; neighbouring ones share what lies between their centres.

    Raises:
        ValueError: sizes that are not whole numbers >= 1, a side that is no multiple of the patch,
            cells that are fewer than two or more than there are patches along a side.

    Example:
        >>> from rmi_tf import convolutional_network, tf
        >>> model = convolutional_network(32, seed=0)
        >>> model(tf.zeros((5, 1024))).shape.as_list(), model.count_params()
        ([5, 2], 2214)
    """
    _check_sizes(
        side=side, neurons=neurons, components=components, filters=filters, patch=patch, cells=cells
    )
    if side % patch:
        raise ValueError(f"patch: expected a divisor of the side, {side}, got {patch}")
    if not 2 <= cells <= side // patch:
        raise ValueError(f"cells: expected 2 to {side // patch} along a side, got {cells}")
    layers, glorot = tf.keras.layers, tf.keras.initializers.GlorotUniform
    of_filters, of_neurons, of_output = map(glorot, _seeds(seed, 3))
    return tf.keras.Sequential(
        [
            layers.Input((int(side) ** 2,)),
            _SquaresInPatches(int(filters), int(patch), kernel_initializer=of_filters),
            _Cells(int(cells)),
            _DenseInBlocks(int(neurons), "tanh", kernel_initializer=of_neurons),
            _DenseInBlocks(int(components), kernel_initializer=of_output),
        ]
    )


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


@tf.keras.utils.register_keras_serializable("rmi_tf")
class _DenseInBlocks(tf.keras.layers.Dense):
    """A dense layer of any width whose bits do not depend on the processor."""

    def call(self, inputs: Tensor) -> Tensor:
        return self.activation(matmul(inputs, self.kernel) + self.bias)


@tf.keras.utils.register_keras_serializable("rmi_tf")
class _SquaresInPatches(tf.keras.layers.Layer):
    """Squares of filters in patches of square images, (n, side²) -> (n, side/patch, ·, filters)."""

    def __init__(self, filters: int, patch: int, kernel_initializer: Any, **options: Any):
        super().__init__(**options)
        self.filters, self.patch = filters, patch
        self.kernel_initializer = tf.keras.initializers.get(kernel_initializer)

    def build(self, shape: Any) -> None:
        self.side = math.isqrt(shape[1])
        self.kernel = self.add_weight(
            shape=(self.patch**2, self.filters), initializer=self.kernel_initializer, name="kernel"
        )
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, inputs: Tensor) -> Tensor:
        along = self.side // self.patch
        image = tf.reshape(inputs, (-1, self.side, self.side, 1))
        patches = tf.reshape(tf.nn.space_to_depth(image, self.patch), (-1, self.patch**2))
        found = tf.square(matmul(patches, self.kernel) + self.bias)
        return tf.reshape(found, (-1, along, along, self.filters))

    def get_config(self) -> dict:
        initializer = tf.keras.initializers.serialize(self.kernel_initializer)
        own = {"filters": self.filters, "patch": self.patch, "kernel_initializer": initializer}
        return super().get_config() | own


@tf.keras.utils.register_keras_serializable("rmi_tf")
class _Cells(tf.keras.layers.Layer):
    """Sums over overlapping cells, (n, P, P, F) -> (n, cells² F)."""

    def __init__(self, cells: int, **options: Any):
        super().__init__(**options)
        self.cells = cells

    def build(self, shape: Any) -> None:
        centres = np.linspace(0, shape[1] - 1, self.cells)
        away = np.abs(np.subtract.outer(np.arange(shape[1]), centres))
        share = np.maximum(0, 1 - away / (centres[1] - centres[0]))
        of_both = np.kron(share, share)  # of rows and of columns
        self.shares = np.kron(of_both, np.eye(shape[3])).astype(np.float32)

    def call(self, inputs: Tensor) -> Tensor:
        flat = tf.reshape(inputs, (-1, len(self.shares)))
        return matmul(flat, tf.constant(self.shares, inputs.dtype))

    def get_config(self) -> dict:
        return super().get_config() | {"cells": self.cells}


def _seeds(seed: int, count: int) -> list[int]:
    """Of the layers; Keras takes seeds below 2³¹."""
    sequence = np.random.SeedSequence(check_whole("seed", seed, least=0))
    return [int(s) for s in sequence.generate_state(count) >> 1]


def _check_sizes(**sizes: int) -> None:
    for name, number in sizes.items():
        check_whole(name, number, least=1)
