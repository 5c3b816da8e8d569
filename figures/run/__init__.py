"""Work done in other processes: notebooks, sweeps over their parameters, and work in pieces."""
