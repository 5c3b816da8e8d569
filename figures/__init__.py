"""All that turns numbers into what is seen: drawing, style, the runner, and the rendered figures."""
