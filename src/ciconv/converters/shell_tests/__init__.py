"""Expressions in shells: values as words, conditions as tests, in both directions.

`words` and `tests` write what `read_words` and `read_tests` read. Which commands they are made of
is a `Dialect`; what names are called is for the format to say, by a `Scope`.
"""

from ciconv.converters.shell_tests.dialects import BASH, SH, Dialect
from ciconv.converters.shell_tests.scope import CannotSay, Cells, Scope, shell_name
from ciconv.converters.shell_tests.tests import test
from ciconv.converters.shell_tests.words import word

__all__ = ["BASH", "SH", "CannotSay", "Cells", "Dialect", "Scope", "shell_name", "test", "word"]
