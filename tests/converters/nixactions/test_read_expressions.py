"""What expressions become in Nix and bash, read back and compared with what they were."""

from functools import cache

import pytest

import ciconv
from ciconv.ir.trigger import EventKind
from ciconv.simulation.event import Event
from ciconv.syntax import yaml
from ciconv.syntax.build import mapping, sequence, text
from ciconv.syntax.node import Document, Node
from nix_runner import needs_nix

pytestmark = needs_nix

OF_STEPS = (
    "always()",
    "failure()",
    "success() || failure()",
    "github.ref == 'refs/heads/main'",
    "github.ref != 'refs/heads/main' && github.event_name == 'push'",
    "startsWith(github.ref, 'refs/tags/v') || endsWith(github.actor, '[bot]')",
    "always() && !contains(github.head_ref, 'a b')",
    "failure() && (github.actor == 'x' || github.actor == 'y')",
    "steps.one.outputs.a-b == 'yes'",
    "steps.one.outputs.count == 0",
    "steps.one.outputs.count != 3",
    "steps.one.outputs.count > 3",
    "steps.one.outcome == 'failure' && always()",
    "steps.one.conclusion == 'skipped'",
    "!steps.one.outputs.a-b",
    "env.LEVEL == 'High'",
    "env.LEVEL == env.OTHER",
    "vars.DEPLOY == 'true' && secrets.TOKEN != ''",
    'contains(fromJSON(\'["a", "b"]\'), env.LEVEL)',
    "contains(needs.*.result, 'failure') && always()",
    "needs.first.result == 'success'",
    "needs.first.outputs.made == 'x' || needs.first.outputs.made == 'it''s \"$HOME\" `id` \\'",
    "github.event.action == 'opened'",
    "github.event.pull_request.draft == false",
    "format('{0}-{1}', github.ref_name, env.LEVEL) == 'main-high'",
    "inputs.flag",
    "!inputs.flag && inputs.word == 'a'",
    "job.status == 'failure' && always()",
)
OF_JOBS = (
    "always()",
    "failure()",
    "!failure()",
    "github.ref == 'refs/heads/main'",
    "always() && github.event_name != 'pull_request'",
    "needs.first.result == 'failure' && always()",
    "always() && (needs.first.result == 'success' || needs.first.result == 'skipped')",
    "needs.first.outputs.made == 'x|y'",
    "startsWith(github.ref, 'refs/tags/') || github.actor == 'it''s'",
    "contains(needs.*.result, 'skipped') || success()",
    "inputs.flag == true",
    "github.event.pull_request.merged",
    "vars.DEPLOY",
)
TEXTS = (
    "${{ github.ref_name }}",
    "a ${{ github.sha }}b $HOME \"q\" 'r' `s` \\",
    "${{ steps.one.outputs.a-b }}-${{ steps.one.outcome }}",
    "${{ env.LEVEL || 'none' }}",
    "${{ github.event_name == 'push' && 'yes' || 'no' }}",
    "${{ github.ref == 'refs/heads/main' }}",
    "${{ format('{0}/{1}', github.repository, needs.first.outputs.made) }}",
    "${{ hashFiles('**/lock', 'x') }}",
    "${{ secrets.TOKEN }}${{ vars.DEPLOY }}",
    "${{ toJSON(github.event) }}",
    "${{ job.status }} ${{ needs.first.result }}",
)
FIRST = {
    "one": 'printf "a-b=%s\\ncount=3\\n" x >> "$GITHUB_OUTPUT"',
}


EVENTS = (
    Event(kind=EventKind.PUSH, branch="main"),
    Event(kind=EventKind.PULL_REQUEST),
    Event(kind=EventKind.MANUAL, inputs=(("flag", "true"), ("word", "a"))),
)


@cache
def workflow() -> dict[str, str]:
    """A workflow with all of them."""
    jobs: list[tuple[str, Node]] = [
        ("first", _job(outputs={"made": "${{ steps.one.outputs.a-b }}"}))
    ]
    jobs += [(f"job-{n}", _job(condition=one)) for n, one in enumerate(OF_JOBS)]
    steps = [_step(f"note {n}", condition=one) for n, one in enumerate(OF_STEPS)]
    steps += [_step(f"note text {n}", env=one) for n, one in enumerate(TEXTS)]
    steps += [_step(f'note "{one}"') for one in TEXTS[2:7]]
    jobs.append(("steps", _job(steps=steps)))
    started = mapping(
        ("push", mapping()),
        ("pull_request", mapping()),
        (
            "workflow_dispatch",
            mapping(("inputs", mapping(("flag", _typed("boolean")), ("word", _typed("string"))))),
        ),
    )
    levels = mapping(("LEVEL", text("Low")), ("OTHER", text("${{ github.actor }}")))
    root = mapping(("on", started), ("env", levels), ("jobs", mapping(*jobs)))
    path = ".github/workflows/ci.yml"
    return {path: yaml.render(Document(path=path, root=root))}


def _typed(kind: str) -> Node:
    return mapping(("type", text(kind)))


def _step(run: str, condition: str = "", env: str = "") -> Node:
    entries: list[tuple[str, Node]] = [("run", text(run))]
    if condition:
        entries.append(("if", text(condition)))
    if env:
        entries.append(("env", mapping(("VALUE", text(env)))))
    return mapping(*entries)


def _job(
    condition: str = "", outputs: dict[str, str] | None = None, steps: list[Node] | None = None
) -> Node:
    one = mapping(("id", text("one")), ("run", text(FIRST["one"])))
    entries: list[tuple[str, Node]] = [("runs-on", text("ubuntu-latest"))]
    if outputs:
        entries.append(
            ("outputs", mapping(*((key, text(value)) for key, value in outputs.items())))
        )
    else:
        entries.append(("needs", text("first")))
    if condition:
        entries.append(("if", text(condition)))
    return mapping(*entries, ("steps", sequence(one, *(steps or ()))))


@cache
def converted() -> dict[str, str]:
    """What it becomes."""
    return ciconv.convert(workflow(), to="nixactions").files


def test_nothing_differs() -> None:
    """Not even what a loss would explain."""
    found = ciconv.verify(workflow(), converted())
    assert len(found.events) > 5
    assert [one.message for one in found.differences] == []


MUTATIONS = {
    'var "GITHUB_REF" "refs/heads/main"': 'var "GITHUB_REF" "refs/heads/dev"',
    'anyFailed [ "first" ]': 'succeeded [ "first" ]',
    'ciconv_eq "$GITHUB_REF" refs/heads/main': 'ciconv_eq "$GITHUB_REF" refs/heads/mein',
    'ciconv_eq "$STEPS_ONE_OUTPUTS_A_B" yes': '[ "$STEPS_ONE_OUTPUTS_A_B" = yes ]',
    '"failure()"': '"always()"',
    'export VALUE="$GITHUB_REF_NAME"': 'export VALUE="$GITHUB_REF"',
    "$STEPS_ONE_OUTPUTS_COUNT": "$STEPS_ONE_OUTPUTS_A_B",
    'text = "note 3"': 'text = "note 33"',
    'saveOutputs "first"': 'saveOutputs "second"',
    'needs = [ "first" ];': "needs = [ ];",
    'env = { LEVEL = "Low"; }': 'env = { LEVEL = "High"; }',
    'id = "one"': 'id = "two"',
}


@pytest.mark.parametrize("before", MUTATIONS)
def test_every_change_of_the_output_is_found(before: str) -> None:
    files = converted()
    changed = files["nix/ci.nix"].replace(before, MUTATIONS[before])
    assert changed != files["nix/ci.nix"]
    found = ciconv.verify(workflow(), files | {"nix/ci.nix": changed}, events=EVENTS)
    assert [one.message for one in found.unexplained] != []
