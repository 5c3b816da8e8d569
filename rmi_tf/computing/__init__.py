"""What is no physics: TensorFlow without its messages, checks, chunks, products in blocks."""
