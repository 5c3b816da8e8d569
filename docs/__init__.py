"""What `make site` makes the page of: its pages, Sphinx's settings, and the explorers."""
