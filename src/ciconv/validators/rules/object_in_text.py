"""The rule `object-in-text`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class ObjectInText(Rule):
    """An object, a list or null stands in a text.

    What comes out is `Object` or `Array`, or nothing. `toJSON()` makes a text of it; a
    property may be what was meant.
    """

    code = "object-in-text"
    summary = "an object, a list or null put into a text"
    severity = Severity.ERROR
