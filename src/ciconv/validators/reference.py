"""The pages of all codes, for `ciconv explain` and for the documentation."""

from ciconv.validators import OPT_IN, RULES
from ciconv.validators.codes import codes_of_readers
from ciconv.validators.rule import docs
from ciconv.validators.runner import load

_TITLES = {
    "all": "All systems",
    "github": "GitHub Actions",
    "gitlab": "GitLab CI",
    "circleci": "CircleCI",
    "jenkins": "Jenkins",
}


def all_codes() -> dict[str, str]:
    """Return every code with its summary, sorted."""
    found = {code: one.summary for code, one in codes_of_readers().items()}
    found |= {code: load(code).summary for codes in RULES.values() for code in codes}
    return dict(sorted(found.items()))


def page(code: str) -> str:
    """Return what there is to say of a code, as Markdown."""
    reader = codes_of_readers().get(code)
    if reader is not None:
        return (
            f"# {code}\n\nFinds {reader.summary}. Found when a pipeline is read.\n\n{reader.docs}\n"
        )
    rule = load(code)
    kind = f"{rule.severity.value}" + (", has to be enabled" if rule.code in OPT_IN else "")
    return f"# {code}\n\nFinds {rule.summary} ({kind}).\n\n{docs(rule)}\n"


def reference() -> str:
    """Return the page of the documentation that lists all rules."""
    parts = [_HEAD]
    for format, codes in RULES.items():
        parts.append(f"## {_TITLES.get(format, format)}\n")
        for code in sorted(codes):
            rule = load(code)
            kind = rule.severity.value + (", opt-in" if rule.code in OPT_IN else "")
            parts.append(f"### {code}\n\n*{kind}*: {rule.summary}\n\n{docs(rule)}\n")
    parts.append("## Found when a pipeline is read\n")
    for code, one in sorted(codes_of_readers().items()):
        parts.append(f"### {code}\n\n{one.summary}\n\n{one.docs}\n")
    return "\n".join(parts)


_HEAD = """# Rules

What `ciconv validate` finds. Generated from the rules (`scripts/test --update-golden
tests/validators/test_reference.py`); `ciconv explain CODE` shows the same.
A comment `# ciconv: allow[CODE] reason` behind a line, or above it, allows a finding.
"""
