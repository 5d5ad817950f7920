"""What the world's CI tools, names and machines are called: tables, and the way to ask them."""
