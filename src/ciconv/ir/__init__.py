"""What a pipeline means, in no format's words."""
