"""GitHub's expressions, both directions: the grammar, and text with `${{ }}` in it."""
