"""Gradient ascent of Ĩ(x, f_θ(x)) over the parameters θ of a feature: Fig. 3 and Appendix D.

A network, a way up and a number of steps::

    protocol = accurate_protocol(lambda step: spiral.even_points(2048, seed=step), steps=300)
    history = ascend(network(150, seed=0), protocol, steps=300, progress=True)

RMI over all continuous features has no maximum, so what comes out is a state of the ascent: report
it with its RMI on samples that the ascent never saw (`rmi_tf.renormalized_mutual_information`).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from rmi_tf.computing.checks import check_whole
from rmi_tf.computing.quiet_tensorflow import tf
from rmi_tf.computing.tables import check_finite
from rmi_tf.protocols.base import Protocol

import numpy as np
from tqdm.auto import tqdm


@dataclass(frozen=True)
class History:
    """What each step saw before it moved, in nats: rmi = entropy - log_volume, guard left out.

    Of the step's own samples, so it scatters with them. It is finite: `accurate_protocol` says what
    counts where a feature does not move.

    Example:
        >>> from rmi_tf import History
        >>> History(step=[0], rmi=[1.4], entropy=[0.9], log_volume=[-0.5]).rmi[-1]
        1.4
    """

    step: list[int] = field(default_factory=list)
    rmi: list[float] = field(default_factory=list)
    entropy: list[float] = field(default_factory=list)
    log_volume: list[float] = field(default_factory=list)


class NotFiniteError(ArithmeticError):
    """The objective is no longer finite. `history` has the steps before."""

    def __init__(self, step: int, entropy: float, log_volume: float, history: History):
        constant = " (the feature is constant)" if entropy == -math.inf else ""
        last = f"{history.rmi[-1]:.4f} nats" if history.rmi else "none"
        super().__init__(
            f"ascent: expected a finite objective, got entropy {entropy} - log volume {log_volume}"
            f"{constant} at step {step} (last finite RMI: {last}). The steps before are in the "
            f"error's .history; a guard, a smaller rate, or more points may help."
        )
        self.history = history


def ascend(
    model: Any,
    protocol: Protocol,
    *,
    steps: int,
    history: History | None = None,
    progress: bool = False,
    each_step: Callable[[int], None] | None = None,
) -> History:
    """Move the model's parameters up, and tell what each step saw.

    To go on, also after an interruption, call it again with the same model, protocol and history:
    the optimizer in the protocol knows the steps done, the rate and its own state. Parameters are
    changed in place. On one thread the same seeds give the same bits.

    Args:
        model: feature (n, N) -> (n,) or (n, K) with ``trainable_variables``, of Keras or of
            `tf.Module`, in TensorFlow operations.
        protocol: see `rmi_tf.protocols`.
        steps: how many more.
        history: where to add the steps; a new one by default. Pass your own to keep what is done
            when a KeyboardInterrupt ends the call.
        progress: show a bar.
        each_step: called with the number of steps done after each.

    Returns:
        The history.

    Raises:
        NotFiniteError: the objective became nan or infinite.
        TypeError: TensorFlow cannot differentiate the model, or it has no trainable variables.
        ValueError: negative steps; wrong shapes; samples of a step that are not finite.

    Example:
        >>> import numpy as np
        >>> from rmi_tf import accurate_protocol, ascend, network
        >>> x = np.random.default_rng(0).normal(size=(500, 2))
        >>> model = network(10, seed=0)
        >>> history = ascend(model, accurate_protocol(x, steps=20), steps=20)
        >>> len(history.rmi), history.rmi[-1] > history.rmi[0]
        (20, True)
    """
    steps = check_whole("steps", steps, least=0)
    variables = list(getattr(model, "trainable_variables", []))
    if not variables:
        raise TypeError(
            f"model: expected trainable_variables to ascend with, {type(model).__name__} has none"
        )
    history = History() if history is None else history
    dtype = tf.as_dtype(variables[0].dtype)
    protocol.optimizer.build(variables)
    move = cache(partial(_compiled, model, variables, protocol))
    for _ in tqdm(range(steps), disable=not progress, unit="step"):
        step = int(protocol.optimizer.iterations)
        x = tf.cast(protocol.points(step), dtype)
        ascended, entropy, log_volume = move(tf.TensorSpec(x.shape, dtype))(x).numpy().tolist()
        if not math.isfinite(ascended):
            check_finite(np.asarray(x), name=f"x at step {step}")
            raise NotFiniteError(step, entropy, log_volume, history)
        history.step.append(step)
        history.rmi.append(entropy - log_volume)
        history.entropy.append(entropy)
        history.log_volume.append(log_volume)
        if each_step is not None:
            each_step(step + 1)
    return history


def _compiled(model: Any, variables: list, protocol: Protocol, samples: Any) -> Callable:
    """One step as a graph: from such samples to the objective's three values before the step."""

    def move(x: Any) -> Any:
        with tf.GradientTape() as tape:
            objective = protocol.objective(model, x)
            loss = -objective.ascended
        protocol.optimizer.apply(tape.gradient(loss, variables), variables)
        return tf.stack(objective)

    # made here and not at a call, since TensorFlow warns of calls that trace often
    return tf.function(move, autograph=False).get_concrete_function(samples)
