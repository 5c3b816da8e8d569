"""What Sphinx and its extensions leave open."""
