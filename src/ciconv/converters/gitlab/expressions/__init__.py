"""The conditions of rules, both directions."""
