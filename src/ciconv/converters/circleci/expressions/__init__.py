"""Expressions of CircleCI: `<< >>`, logic statements, keys of caches."""
