"""The explorers of the page: numbers that were worked out beforehand, and pictures of them."""
