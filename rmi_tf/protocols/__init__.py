"""Ways up: what an ascent climbs, on which points, how fast. One file each.

- `paper_protocol`: Appendix D to the letter, for Fig. 3.
- `accurate_protocol`: m-spacings with a guard, for a feature of your own, K = 1.
- `neighbour_protocol`: nearest neighbours, for features of two components or a few.
- `resolution_protocol`: I_ε of Eq. (5), at a stated resolution.
- `switching_protocol`: for sliders, between a resolution and none.
"""

from rmi_tf.protocols.accurate import accurate_protocol
from rmi_tf.protocols.neighbours import neighbour_protocol
from rmi_tf.protocols.paper import paper_protocol
from rmi_tf.protocols.resolution import resolution_protocol
from rmi_tf.protocols.switching import switching_protocol

__all__ = [
    "accurate_protocol",
    "neighbour_protocol",
    "paper_protocol",
    "resolution_protocol",
    "switching_protocol",
]
