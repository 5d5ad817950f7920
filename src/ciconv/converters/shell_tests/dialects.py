"""The commands that tests of expressions are made of, one set for each kind of shell.

Texts come as they stand between double quotes, and GitHub compares them without regard to case.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

_BARE = re.compile(r"[A-Za-z0-9_./:@%+=-]+")
_VARIABLE = re.compile(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})")
_NUMBER = "^ *([-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?)? *$"
_FUNCTIONS = {
    "contains": "ciconv_contains",
    "startsWith": "ciconv_starts",
    "endsWith": "ciconv_ends",
}

ZERO = "BEGIN { exit ARGV[1] !~ /^[-+]?0*[.]?0*$/ }"


def argument(value: str) -> str:
    """Return a text as one word, with quotes only where it needs them."""
    return value if _BARE.fullmatch(value) else f'"{value}"'


def escaped(text: str) -> str:
    """Return a text as it stands between double quotes of bash."""
    return re.sub(r'([\\"$`])', r"\\\1", text)


class Dialect(Struct, frozen=True, kw_only=True):
    """What a kind of shell understands; this one is bash, in commands anybody can read."""

    status: Mapping[str, str]  # the commands for success() and the others
    job_status: str  # the value of job.status
    hash_files: str = ""  # the command for hashFiles(); empty: there is none
    has_or: bool = True  # whether `||` can be written
    has_numbers: bool = True
    is_readable: bool = True  # for people: names of branches are compared as they are

    def equal(self, one: str, other: str) -> str:
        """Return a command: whether two texts are equal."""
        return f'[ "{self.lower(one)}" = {argument(self.lower(other))} ]'

    def search(self, function: str, one: str, other: str) -> str:
        """Return a command for contains, startsWith and endsWith."""
        before = "" if function == "startsWith" else "*"
        after = "" if function == "endsWith" else "*"
        return f'[[ "{self.lower(one)}" == {before}"{self.lower(other)}"{after} ]]'

    def zero(self, one: str) -> str:
        """Return a command: whether a text is 0 as a number, as the empty one is."""
        return f'[[ "{one}" =~ ^[-+]?0*[.]?0*$ ]]'

    def less(self, one: str, other: str, *, or_equal: bool = False) -> str:
        """Return a command: whether a number is less than another; what is none is not."""
        sign = "<=" if or_equal else "<"
        checked = " && ".join(f"ARGV[{n}] ~ /{_NUMBER}/" for n in (1, 2))
        compared = f"{checked} && ARGV[1] + 0 {sign} ARGV[2] + 0"
        return f'awk \'BEGIN {{ exit !({compared}) }}\' "{one}" "{other}"'

    def before(self, one: str, other: str, *, or_equal: bool = False) -> str:
        """Return a command: whether a text stands before another one."""
        sign = "<=" if or_equal else "<"
        texts = f'toupper(ARGV[1]) "" {sign} toupper(ARGV[2]) ""'
        return f'LC_ALL=C awk \'BEGIN {{ exit !({texts}) }}\' "{one}" "{other}"'

    def lower(self, text: str) -> str:
        """Return a text in lower case."""
        if "$" not in text and "`" not in text:
            return text.lower()
        match = _VARIABLE.fullmatch(text)
        if match is not None:
            return f"${{{match[1] or match[2]},,}}"
        return f"$(printf %s \"{text}\" | tr '[:upper:]' '[:lower:]')"


class _Sh(Dialect, frozen=True, kw_only=True):
    """Any POSIX shell."""

    def search(self, function: str, one: str, other: str) -> str:
        before = "" if function == "startsWith" else "*"
        after = "" if function == "endsWith" else "*"
        pattern = f"{before}{argument(self.lower(other))}{after}"
        return f'case "{self.lower(one)}" in {pattern}) true ;; *) false ;; esac'

    def zero(self, one: str) -> str:
        return f"awk '{ZERO}' \"{one}\""

    def lower(self, text: str) -> str:
        if "$" not in text and "`" not in text:
            return text.lower()
        return f"$(printf %s \"{text}\" | tr '[:upper:]' '[:lower:]')"


class _Plain(Dialect, frozen=True, kw_only=True):
    """Bash without `|`, in a place where only one command may stand."""

    def equal(self, one: str, other: str) -> str:
        return f'{{ x="{one}"; y="{other}"; [ "${{x,,}}" = "${{y,,}}" ]; }}'

    def search(self, function: str, one: str, other: str) -> str:
        before = "" if function == "startsWith" else "*"
        after = "" if function == "endsWith" else "*"
        return f'{{ x="{one}"; y="{other}"; [[ "${{x,,}}" == {before}"${{y,,}}"{after} ]]; }}'


class _Library(Dialect, frozen=True, kw_only=True):
    """The functions of a library that the script has loaded."""

    def equal(self, one: str, other: str) -> str:
        return f'ciconv_eq "{one}" {argument(other)}'

    def search(self, function: str, one: str, other: str) -> str:
        return f'{_FUNCTIONS[function]} "{one}" {argument(other)}'

    def zero(self, one: str) -> str:
        return f'ciconv_zero "{one}"'

    def less(self, one: str, other: str, *, or_equal: bool = False) -> str:
        name = "ciconv_most" if or_equal else "ciconv_less"
        return f"{name} {argument(one)} {argument(other)}"

    def before(self, one: str, other: str, *, or_equal: bool = False) -> str:
        name = "ciconv_upto" if or_equal else "ciconv_before"
        return f"{name} {argument(one)} {argument(other)}"


_HERE = {
    "success": '[ "$job_status" = success ]',
    "failure": '[ "$job_status" = failure ]',
    "always": "true",
    "cancelled": "false",
}
_OF_STEPS = {
    # jobs that may fail end their steps well, and note what happened
    "success": '[ "$ACTION_FAILED$CICONV_JOB_STATUS" = false ]',
    "failure": '[ "$ACTION_FAILED$CICONV_JOB_STATUS" != false ]',
    "always": "true",
    "cancelled": "false",
}

BASH = Dialect(status=_HERE, job_status="$job_status")
SH = _Sh(status=_HERE, job_status="$job_status")
LIBRARY = _Library(
    status=_OF_STEPS,
    job_status="${CICONV_JOB_STATUS:-success}",
    hash_files="ciconv_hash_files",
    is_readable=False,
)
PLAIN = _Plain(
    status=_OF_STEPS,
    job_status="${CICONV_JOB_STATUS:-success}",
    hash_files="ciconv_hash_files",
    has_or=False,
    has_numbers=False,
    is_readable=False,
)
