"""The paper's example systems: each samples with a seed and knows its exact answers."""
