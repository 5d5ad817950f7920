"""What stands in several places of a configuration, and in several files, put together."""
