"""The energy of two particles of the liquid drop, and the force that follows from it.

V(r) = ½ (1 - (d/r)^n)² is the generalized Lennard-Jones law of Fig. 2c: its minimum, V = 0, lies at
r = d, and V = ½ far away. Below the core's radius a harmonic cap keeps it finite. Change the law
here and nowhere else; the tests hold the force against the gradient of the energy.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PairLaw:
    """A generalized Lennard-Jones law with a harmonic core, lengths in units of the drop's radius.

    Args:
        exponent: n, a whole number; 6 is the usual Lennard-Jones law, 1 is long-ranged.
        distance: d, where the energy is least.
        core: the radius below which V(r) = V(core) + ½ core_stiffness (core² - r²).
        core_stiffness: force over distance inside the core; None continues the force at its rim.
    """

    exponent: int
    distance: float
    core: float
    core_stiffness: float | None = None

    @property
    def stiffness(self) -> float:
        """The force over distance inside the core."""
        if self.core_stiffness is not None:
            return self.core_stiffness
        reach = (self.distance / self.core) ** self.exponent
        return self.exponent * (reach**2 - reach) / self.core**2

    def energy(self, r: Any) -> Any:
        """V(r) of a tensor of distances, of the same shape."""
        import tensorflow as tf

        r = tf.convert_to_tensor(r)
        reach = (self.distance / tf.maximum(r, self.core)) ** self.exponent
        overlap = tf.maximum(self.core**2 - r**2, 0)
        return (1 - reach) ** 2 / 2 + self.stiffness * overlap / 2

    def force_over_distance(self, r_squared: Any) -> Any:
        """-V'(r)/r of a tensor of squared distances: times x_i - x_j it is the force on i.

        With s = 1/r² and q = (d/r)^n it is n s (q² - q). A particle meets itself at r = 0, inside
        the core, where the infinite value of the other branch is not chosen.
        """
        import tensorflow as tf

        s = 1 / r_squared
        reach = self.distance**self.exponent * tf.ones_like(s)
        for _ in range(self.exponent // 2):
            reach *= s
        if self.exponent % 2:
            reach *= tf.sqrt(s)
        outside = self.exponent * s * (reach * reach - reach)
        return tf.where(r_squared < self.core**2, tf.constant(self.stiffness, s.dtype), outside)
