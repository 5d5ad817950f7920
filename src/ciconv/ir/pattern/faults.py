"""What is wrong with a regular expression, as far as that is certain; nothing is matched here."""

import re

MAX_LENGTH = 500
MAX_CHECKED = 5_000  # by what goes over the text again and again
MAX_GROUPS = 50
MAX_REPEAT = 1000  # in RE2

_ASIDE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]", re.DOTALL)  # escapes and classes
_LOOK_AROUND = re.compile(r"\(\?(?:[=!>]|<[=!])")
# https://github.com/google/re2/wiki/Syntax
_GROUP = re.compile(r"\(\?(?:P?<([A-Za-z_]\w*)>|[imsU]*(?:-[imsU]+)?[:)])", re.ASCII)
_TIMES = re.compile(r"\{(?:[0-9]+,)?([0-9]+),?\}")
_BACK_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")


def regex_fault(text: str) -> str:
    """Return why a text is no regular expression in any system; empty where it may be one."""
    if len(text) > MAX_LENGTH or text.count("(") > MAX_GROUPS:
        return ""
    if "(?" in text or "[[:" in text or "\\" in _odd(text):
        return ""  # others know more kinds of groups and classes than Python
    try:
        re.compile(text)
    except re.error as error:
        return error.msg
    except (RecursionError, OverflowError):
        return "it is too complicated"
    return ""


def re2_fault(text: str) -> str:
    """Return why a text is no regular expression of RE2, which GitLab uses."""
    if len(text) > MAX_CHECKED:
        return ""
    plain = _ASIDE.sub("", text)
    if _LOOK_AROUND.search(plain):
        return "RE2 knows no look-around"
    if _BACK_REFERENCE.search(text):
        return "RE2 knows no references to groups"
    names = [name for name in _GROUP.findall(plain) if name]
    if len(names) != len(set(names)):
        return "two groups have the same name"
    if "(?" in _GROUP.sub("", plain):
        return "RE2 knows no group that begins so"
    if any(int(number) > MAX_REPEAT for number in _TIMES.findall(plain)):
        return f"RE2 repeats nothing more than {MAX_REPEAT} times"
    return regex_fault(_GROUP.sub(_plain_group, text))


def _plain_group(opening: re.Match[str]) -> str:
    """A group in words that all share; flags for what comes behind them are none."""
    return "" if opening.group().endswith(")") else "("


def _odd(text: str) -> str:
    """What is left without the escapes that all systems share."""
    return re.sub(r"\\(?:[^A-Za-z0-9]|[bBdDsSwWntrfv0-9])", "", text)
