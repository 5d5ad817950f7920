"""What would run: events, plans, and whether two projects mean the same."""
