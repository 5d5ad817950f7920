"""Expressions in shells: values as words, conditions as tests, in both directions.

`write` says what `read` understands. Which commands they are made of
is a `Dialect`; what names are called is for the format to say, by a `Scope`.
"""
