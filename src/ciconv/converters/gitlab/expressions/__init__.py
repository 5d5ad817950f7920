"""The conditions of rules, and texts with variables in them. Both directions."""
