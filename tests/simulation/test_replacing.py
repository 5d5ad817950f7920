"""Steps are paired by what they are about, where some became steps that fail in their place."""

import pytest

from ciconv.simulation.compare.replacing import FAILING, best_pairs
from ciconv.simulation.plan import StepPlan


def _kept(paths: str, *, kind: str = "upload-artifact", artifact: str = "") -> StepPlan:
    return StepPlan(kind=kind, arguments=(("artifact", artifact), ("paths", paths)))


PLACES = {  # the steps here, those on the other side, and where each one of here stands there
    "a report beside an artifact": (
        [_kept("a.xml", kind="report"), _kept("b", artifact="b")],
        [_kept("a.xml", artifact="pipeline-junit"), _kept("b", artifact="artifacts")],
        [0, 1],
    ),
    "artifacts of other names": (
        [_kept("a", artifact="artifacts"), _kept("b", artifact="artifacts-2")],
        [_kept("c", artifact="pipeline"), _kept("a", artifact="pipeline-2")],
        [1, 0],
    ),
    "two reports of the same files": (
        [_kept("a.xml", kind="report"), _kept("a.xml", kind="report")],
        [_kept("a.xml", artifact="one"), _kept("a.xml", artifact="two")],
        [0, 1],
    ),
    "a step that fails in place of the job": (
        [StepPlan(kind="use", uses="the token"), StepPlan(kind="run", script="make")],
        [
            StepPlan(kind=FAILING, uses="the job"),
            StepPlan(kind="run", script="ask for it"),
            StepPlan(kind="run", script="make"),
        ],
        [1, 2],
    ),
    "a step that fails in place of the second one": (
        [StepPlan(kind="use", uses="one"), StepPlan(kind="use", uses="two")],
        [StepPlan(kind=FAILING, uses="two")],
        [None, 0],
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_each_step_has_its_own_counterpart(name: str) -> None:
    here, there, expected = PLACES[name]
    where = {id(one): number for number, one in enumerate(there)}
    found = {id(one): where.get(id(other)) for one, other in best_pairs(list(here), list(there))}
    assert [found[id(one)] for one in here] == expected
