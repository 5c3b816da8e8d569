"""Ways up: what an ascent climbs, on which points, how fast. One file each.

- `paper_protocol`: Appendix D to the letter, for Fig. 3.
- `accurate_protocol`: m-spacings with a guard, for a feature of your own, K = 1.
- `neighbour_protocol`: nearest neighbours, for features of two components or a few.
- `variational_protocol`: Eq. (8) inside of the ascent, for features of many components.
- `dial_protocol`: the information of a reading with an error, for smooth features, K = 1.
- `switching_protocol`: for sliders, between such a dial and Ĩ.

Given an array, the four in the middle draw a batch of it for each step; what a function of the
step returns is taken as it is, and so is the lattice.
"""

from rmi_tf.protocols.accurate import accurate_protocol
from rmi_tf.protocols.dial import dial_protocol
from rmi_tf.protocols.neighbours import neighbour_protocol
from rmi_tf.protocols.paper import paper_protocol
from rmi_tf.protocols.switching import switching_protocol
from rmi_tf.protocols.variational import variational_protocol

__all__ = [
    "accurate_protocol",
    "dial_protocol",
    "neighbour_protocol",
    "paper_protocol",
    "switching_protocol",
    "variational_protocol",
]
