"""Every keyword of GitLab's schema: another value is another output, or its line is named."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml

from ciconv.api import Conversion, convert, convert_to_each
from ciconv.diagnostics import Diagnostic, Severity
from schema_examples import Example, Examples, Key

PATH = ".gitlab-ci.yml"
TARGETS = ("github", "circleci", "jenkins", "nixactions")
FILES = {
    "one.yml": "from-one: {script: [make]}\n",
    "two.yml": "from-two: {script: [make]}\n",
}
# what is there for keywords that name other parts
NAMED = {
    "variables": {"one": "1", "two": "2"},
    "default": {
        "after_script": ["clean"],
        "artifacts": {"paths": ["logs"]},
        "before_script": ["prepare"],
        "cache": {"paths": ["cached"]},
        "image": "alpine:3",
        "interruptible": True,
        "retry": 1,
        "services": ["redis:7"],
        "tags": ["fast"],
        "timeout": "10 minutes",
    },
    ".one": {"image": "a"},
    ".two": {"image": "b"},
    "one": {
        "stage": "build",
        "script": ["make one"],
        "artifacts": {"paths": ["one"]},
        "rules": [{"if": "$ONE"}],
    },
    "two": {"stage": "build", "script": ["make two"], "artifacts": {"paths": ["two"]}},
}
NAMING = {
    "dependencies",
    "environment",
    "extends",
    "inherit",
    "needs",
    "rules",
    "stage",
    "trigger",
}
WORDS: dict[str, tuple[Any, Any]] = {
    "if": ('$A == "one"', '$A == "two"'),
    "only:variables": ('$A == "one"', '$A == "two"'),
    "except:variables": ('$A == "one"', '$A == "two"'),
    "extends": (".one", ".two"),
    "stage": ("build", "deploy"),
    "local": ("one.yml", "two.yml"),
    "timeout": ("1 hour", "2 hours"),
    "start_in": ("1 hour", "2 hours"),
    "expire_in": ("1 day", "2 days"),
    "auto_stop_in": ("1 day", "2 days"),
    "coverage": ("/one/", "/two/"),
    "url": ("https://example.com/one", "https://example.com/two"),
    "remote": ("https://example.com/one.yml", "https://example.com/two.yml"),
    "project": ("group/one", "group/two"),
    "trigger": ("group/one", "group/two"),
    "file": ("one.yml", "two.yml"),
    "template": ("One.gitlab-ci.yml", "Two.gitlab-ci.yml"),
    "include": ("one.yml", "two.yml"),
    "policy": ("pull", "push"),
    "component": ("example.com/group/one/name@1", "example.com/group/two/name@1"),
    "integrity": (f"sha256-{'a' * 43}=", f"sha256-{'b' * 43}="),
    "released_at": ("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
    "value": ("$CI_COMMIT_SHA", "$CI_COMMIT_REF_NAME"),
}
BESIDE: dict[str, dict[str, Any]] = {
    "cache": {"paths": ["dist"]},
    "cache:key:prefix": {"files": ["lock"]},
    "artifacts": {"paths": ["dist"]},
    "coverage_report": {"path": "cobertura.xml"},
    "rules:start_in": {"when": "delayed"},
    "retry": {"max": 1},
    "variables:NAME": {"value": "$CI_COMMIT_SHA"},
    "run:env": {"script": "make"},
    "run:name": {"script": "make"},
    "run:inputs": {"step": "./one"},
}
# where the schema lets in the words of a `!reference`, which is none in these files
_REFERENCE = re.compile(r"(job\.stage|(.*\.)?rules(\.0)?|(.*\.)?tags\.0)\.0")
# the same in the target, whatever is said
NO_EFFECT = {
    ("circleci", "job.needs.0.optional"): "a job that is filtered out keeps no other one waiting",
    ("github", "job.environment.action"): "none of these words makes a deployment",
}


@cache
def schema() -> dict[str, Any]:
    """The schema that the package check-jsonschema brings along."""
    found = find_spec("check_jsonschema")
    assert found is not None and found.submodule_search_locations
    folder = Path(found.submodule_search_locations[0]) / "builtin_schemas/vendor"
    read: dict[str, Any] = json.loads((folder / "gitlab-ci.json").read_text(encoding="utf-8"))
    return read


def examples(keyword: str, inner: dict[str, Any]) -> Iterator[Example]:
    """The examples of a keyword."""
    made = Examples(definitions=schema()["definitions"], words=WORDS, beside=BESIDE)
    return made.of(inner, (keyword,))


def of_jobs() -> Iterator[Example]:
    """Keywords of jobs."""
    for keyword, inner in schema()["definitions"]["job_template"]["properties"].items():
        for one in examples(keyword, inner):
            yield _within(one, ("job", keyword), partial(_job, keyword))


def _within(one: Example, path: tuple[Key, ...], whole: Callable[[Any], Any]) -> Example:
    return Example((*path, *one.path), whole(one.value), whole(one.other))


def _job(keyword: str, value: Any) -> dict[str, Any]:
    job: dict[str, Any] = {"script": ["make"], keyword: value}
    if keyword in ("trigger", "run"):
        del job["script"]
    if keyword == "start_in":
        job["when"] = "delayed"
    if job.get("when") == "delayed":
        job.setdefault("start_in", "1 hour")
    return (NAMED if keyword in NAMING else {}) | {"job": job}


def of_all() -> Iterator[Example]:
    """Keywords beside the jobs; of those that jobs have as well, whether they are handed on."""
    properties = schema()["properties"]
    for keyword in ("include", "workflow", "variables"):
        for one in examples(keyword, properties[keyword]):
            yield _within(one, (keyword,), partial(_all, keyword))
    for keyword, inner in properties["default"]["properties"].items():
        if keyword != "!reference":
            for one in islice(examples(keyword, inner), 1):
                yield _within(one, ("default", keyword), partial(_default, keyword))


def _all(keyword: str, value: Any) -> dict[str, Any]:
    around = {key: one for key, one in NAMED.items() if key != keyword}
    return {keyword: value, **around, "job": {"script": ["make"]}}


def _default(keyword: str, value: Any) -> dict[str, Any]:
    return _all("default", {keyword: value})


def _needed() -> Iterator[Example]:
    """Each change once: what may stand beside it (the kinds of an `include`) makes no new one."""
    seen = set()
    for one in (*of_jobs(), *of_all()):
        path = ".".join(map(str, one.path))
        change = path.replace("include.0.", "include."), _at(one.value, one), _at(one.other, one)
        if change not in seen and not _REFERENCE.fullmatch(path):
            seen.add(change)
            yield one


def _at(value: Any, one: Example) -> str:
    for key in one.path:
        value = value[key]
    return str(value)


EXAMPLES = list(_needed())
KEYWORDS = sorted({".".join(map(str, one.path[:2])) for one in EXAMPLES})


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_another_value_is_another_output_or_is_told(keyword: str) -> None:
    """For each target; where it is told, at the line of the value."""
    own = [one for one in EXAMPLES if ".".join(map(str, one.path[:2])) == keyword]
    assert [said for one in own for said in silent(one)] == []


def silent(one: Example) -> Iterator[str]:
    """Yield where the change of an example makes no difference, and where it is an error."""
    path = ".".join(map(str, one.path))
    line = line_of(_text(one.value), one.path)
    both = _converted(_text(one.value)), _converted(_text(one.other))
    for target in TARGETS:
        before, after = (found[target] for found in both)
        wrong = [d for found in (before, after) if not found.files for d in found.diagnostics]
        if not all(stands_at(one, line) for one in wrong if one.severity is Severity.ERROR):
            yield f"{path}: {wrong[0].message}"
            return
        shows = before.files != after.files or _said(before) != _said(after)
        told = any(stands_at(said, line) for said in before.diagnostics)
        if not (shows or told or (target, path) in NO_EFFECT):
            yield f"{path} for {target}"


def _said(found: Conversion) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in found.diagnostics]


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, default_flow_style=False)
    return text


@cache
def _converted(text: str) -> dict[str, Conversion]:
    return convert_to_each({PATH: text} | FILES, to=TARGETS, format="gitlab")[1]


def line_of(text: str, path: tuple[Key, ...]) -> int:
    """Return the line that a value stands in."""
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    for key in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[key]
        else:
            node = next(value for name, value in node.value if name.value == str(key))
    return int(node.start_mark.line) + 1


def stands_at(one: Diagnostic, line: int) -> bool:
    """Whether a diagnostic stands at a line."""
    span = one.span
    if span is None or span.source.path != PATH:
        return False
    return span.start.line <= line <= max(span.end.line, span.start.line)


def test_docker_in_docker_is_the_docker_of_a_machine_of_github() -> None:
    """A service would have to be privileged; what says where it is goes with it."""
    text = (
        "variables: {DOCKER_HOST: 'tcp://docker:2375', A: b}\n"
        "build: {image: docker, services: ['docker:dind', postgres], script: docker build .}\n"
    )
    found = convert({PATH: text}, to="github")
    (written,) = found.files.values()
    assert "dind" not in written and "DOCKER_HOST" not in written
    assert "image: postgres" in written and "A: b" in written
    assert {one.code for one in found.diagnostics if one.severity == "warning"} == {"service"}
