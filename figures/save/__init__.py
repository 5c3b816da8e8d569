"""Files written whole, with the same bytes each time, and the record that stands beside them."""
