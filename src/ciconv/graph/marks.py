"""The small signs at a job: what decides whether it runs, and what it needs around it."""

from collections.abc import Iterator

from ciconv.catalog.catalog import Catalog
from ciconv.graph.graph import Mark, Role
from ciconv.ir.expression import Expr, Literal, constant
from ciconv.ir.job import Choice, Job, JobBase, Start
from ciconv.ir.step import Placeholder
from ciconv.ir.walk import steps_of
from ciconv.simulation.wording import expression_text, template_text

MAX_WORD = 32
MAX_TEXT = 300


def marks_of(job: JobBase, catalog: Catalog) -> tuple[Mark, ...]:
    """Return the marks of a job, each role at most once."""
    found: dict[Role, Mark] = {}
    for mark in _marks(job, catalog):
        found.setdefault(mark.role, mark)
    return tuple(found.values())


def _marks(job: JobBase, catalog: Catalog) -> Iterator[Mark]:
    yield from _of_choices(job.choices, catalog)
    if job.concurrency is not None:
        group = template_text(job.concurrency.group, catalog)
        yield Mark(Role.TURN, "turns", f"runs of {_short(group, MAX_TEXT)} take turns")
    if not isinstance(job, Job):
        return
    if job.environment is not None:
        name = template_text(job.environment.name, catalog)
        yield Mark(Role.ENVIRONMENT, _short(name, MAX_WORD), f"deploys to {name}")
    if job.services:
        images = [template_text(one.image, catalog) for one in job.services]
        names = [_plain(image) for image in images]
        yield Mark(Role.SERVICE, _short(" ".join(names), MAX_WORD), f"beside {', '.join(images)}")
    failing = [one.what for one in steps_of(job.steps) if isinstance(one, Placeholder)]
    if failing:
        yield Mark(Role.FAILING, f"{len(failing)} to do", f"a step fails for {failing[0]}")


def _plain(image: str) -> str:
    """The name of an image without registry, tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0] or image


def _of_choices(choices: tuple[Choice, ...], catalog: Catalog) -> Iterator[Mark]:
    conditions = [one.condition for one in choices]
    if conditions and all(one is not None for one in conditions):
        texts = [expression_text(one, catalog) for one in conditions if one is not None]
        word = _short(f"if {texts[0]}", MAX_WORD) if len(texts) == 1 else "if"
        yield Mark(Role.CONDITION, word, _short(f"if {' or '.join(texts)}", MAX_TEXT))
    for choice in choices:
        if choice.start is Start.MANUAL:
            yield Mark(Role.MANUAL, "by hand", "somebody has to start it")
        if choice.start is Start.DELAYED:
            yield Mark(Role.DELAYED, f"after {choice.after or '?'}", "it starts with a delay")
        if _may_be_true(choice.may_fail):
            codes = ", ".join(map(str, choice.exit_codes))
            said = f" with exit code {codes}" if codes else ""
            yield Mark(Role.MAY_FAIL, "may fail", f"the run goes on when it fails{said}")


def _may_be_true(expr: Expr | None) -> bool:
    if expr is None:
        return False
    if isinstance(expr, Literal):
        return bool(expr.value)
    return (constant(expr) or "").lower() != "false"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
