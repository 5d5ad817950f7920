"""Going through the IR: nothing that is a node is left out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import ciconv
from ciconv.ir.expression import Expr, Index, Literal, Ref, Template
from ciconv.ir.job import Axis
from ciconv.ir.node import Node, meaning_of, node_fields
from ciconv.ir.step import EnvVar, Run
from ciconv.ir.trigger import Trigger
from ciconv.ir.walk import children, nodes, rewrite

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
FILES = sorted(FIXTURES.glob("examples/*/.github/workflows/*.yml"))
PARTS = (Literal(value="a"), Ref(path=("env", "b")))
VARIABLE = EnvVar(name="X", value=Template(parts=PARTS))
STEP = Run(script=Template(parts=(Literal(value="make"),)), env=(VARIABLE,))


def test_nodes_come_before_what_is_in_them() -> None:
    """In the order of fields; a tuple counts as what it holds."""
    assert children(STEP) == [VARIABLE, STEP.script]
    assert list(nodes(STEP)) == [
        *(STEP, VARIABLE, VARIABLE.value, *PARTS),
        *(STEP.script, *STEP.script.parts),
    ]


def test_a_walk_can_end_at_a_kind_of_node() -> None:
    """Its nodes are seen, what is in them is not."""
    assert list(nodes(STEP, until=Expr)) == [STEP, VARIABLE, VARIABLE.value, STEP.script]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Literal, ()),
        (Ref, ()),
        (Template, ("parts",)),
        (Index, ("base", "key")),
        (EnvVar, ("value",)),
        (Axis, ("dynamic",)),
        (Trigger, ("activities", "branches", "tags", "paths", "upstreams", "extras")),
    ],
)
def test_fields_that_can_hold_nodes(kind: type[Node], fields: tuple[str, ...]) -> None:
    """Names, numbers, words of a list and trees of a file are none."""
    assert node_fields(kind) == fields


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_all_nodes_of_a_project_are_found(file: Path) -> None:
    """By looking into every field, whatever its type says."""
    project = ciconv.read(file).project
    assert project is not None
    assert list(nodes(project)) == list(_everything(project))
    assert rewrite(project, lambda one: one) is project


def _everything(node: Node) -> Iterator[Node]:
    yield node
    for name in meaning_of(type(node)):
        value = getattr(node, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Node):
                yield from _everything(one)
