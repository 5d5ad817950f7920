"""`.circleci/config.yml`, both directions."""
