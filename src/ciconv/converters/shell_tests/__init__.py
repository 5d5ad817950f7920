"""Expressions in shells: values as words, conditions as tests, in both directions.

`words` and `tests` write what `read_words` and `read_tests` read. Which commands they are made of
is a `Dialect`; what names are called is for the format to say, by a `Scope`.
"""
