"""`.gitlab-ci.yml` and what it includes, both directions."""
