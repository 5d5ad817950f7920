"""Groovy as Jenkinsfiles use it (2.4): text ↔ tree with places and comments."""
