"""What configurations of CircleCI mean, written by hand from its documentation."""

import pytest

import ciconv
from ciconv.ir.expression import constant
from ciconv.ir.job import Job
from ciconv.simulation.event import Event, event_of
from ciconv.simulation.plan import State

HEAD = """\
version: 2.1
jobs:
  test: &job
    docker: [{image: cimg/base:2024.05}]
    steps: [{run: make}]
  slow: *job
  deploy: *job
workflows:
  ci:
    jobs:
"""
FILTERED = """\
      - test: {filters: {tags: {only: /v.*/}}}
      - slow: {filters: {branches: {only: [main, /release-.*/]}}}
      - deploy:
          requires: [test]
          filters: {branches: {ignore: /.*/}, tags: {only: /v.*/}}
"""
UNTAGGED = """\
      - test
      - deploy: {requires: [test], filters: {tags: {only: /.*/}}}
"""
WAITING = """\
      - test
      - hold: {type: approval, requires: [test]}
      - slow: {requires: [hold]}
      - deploy: {requires: [test, slow], filters: {branches: {only: main}}}
"""


def runs(jobs: str, event: Event) -> dict[str, State]:
    """The states of the jobs that an event starts, in CircleCI and in what it becomes."""
    files = {".circleci/config.yml": HEAD + jobs}
    found = _states(files, event, "circleci")
    become = ciconv.convert(files, to="github", format="circleci").files
    assert _running(_states(become, event, "github")) == _running(found)
    return found


def _states(files: dict[str, str], event: Event, format: str) -> dict[str, State]:
    plan = ciconv.simulate(files, event, format=format)
    return {job.id: job.state for one in plan.pipelines for job in one.jobs}


def _running(states: dict[str, State]) -> set[str]:
    """The jobs that run; an approval is a job with an environment elsewhere."""
    return {name for name, state in states.items() if state in (State.RUN, State.MANUAL)}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"branch": "main"}, {"test", "slow"}),
        ({"branch": "topic"}, {"test"}),
        ({"branch": "release-1"}, {"test", "slow"}),
        ({"branch": "xrelease-1"}, {"test"}),
        ({"tag": "v1"}, {"test", "deploy"}),
        ({"tag": "w1"}, set()),
    ],
)
def test_filters_match_the_whole_name(event: dict[str, str], expected: set[str]) -> None:
    """Branches are all let in, tags none, unless a filter says so."""
    found = runs(FILTERED, event_of("push", **event))
    assert _running(found) == expected


def test_a_tag_needs_its_filter_at_every_job_that_is_required() -> None:
    """https://circleci.com/docs/guides/orchestrate/workflows/"""
    assert _running(runs(UNTAGGED, event_of("push", tag="v1"))) == set()
    assert _running(runs(UNTAGGED, event_of("push", branch="main"))) == {"test", "deploy"}


def test_a_pull_request_starts_nothing() -> None:
    """The push of its branch did."""
    assert _running(runs(UNTAGGED, event_of("pull_request"))) == set()


def test_an_approval_waits() -> None:
    """And is never lost."""
    found = runs(WAITING, event_of("push", branch="main"))
    assert found["hold"] is State.MANUAL
    assert _running(found) == {"test", "hold", "slow", "deploy"}


TWICE = """\
version: 2.1
commands:
  greet:
    parameters:
      name: {type: string, default: you}
      loud: {type: boolean, default: false}
    steps:
      - run: echo << parameters.name >><<# parameters.loud >>!<</ parameters.loud >>
      - when:
          condition: << parameters.loud >>
          steps: [{run: ring}]
jobs:
  build:
    docker: [{image: cimg/base:2024.05}]
    steps:
      - greet
      - greet: {name: me, loud: true}
workflows: {ci: {jobs: [build]}}
"""


def test_commands_are_texts_with_values_in_them() -> None:
    """Each call has its own, and a condition is decided before the run."""
    plan = ciconv.simulate(
        {".circleci/config.yml": TWICE}, event_of("push", branch="main"), format="circleci"
    )
    (job,) = plan.pipelines[0].jobs
    assert [step.script for step in job.steps] == ["echo you", "echo me!", "ring"]


def test_the_same_format_keeps_every_byte() -> None:
    """What nobody changed is not written anew."""
    files = {".circleci/config.yml": HEAD + FILTERED + "# the end"}
    assert ciconv.convert(files, to="circleci", format="circleci").files == files


def test_a_section_of_an_unknown_parameter_ends() -> None:
    """It is reported, and stays as it is: looking for it once more would never end."""
    inner = "<<^ parameters.loud >>b<</ parameters.loud >>"
    script = f"<<# parameters.nobody >>a{inner}<</ parameters.nobody >>"
    found = ciconv.read(
        {
            ".circleci/config.yml": f"""\
version: 2.1
jobs:
  build:
    parameters: {{loud: {{type: boolean, default: true}}}}
    docker: [{{image: cimg/base:2024.05}}]
    steps: [{{run: "echo {script}"}}]
workflows: {{ci: {{jobs: [build]}}}}
"""
        },
        format="circleci",
    )
    assert [one.code for one in found.diagnostics if one.severity == "error"] == [
        "unknown-parameter"
    ]


def test_a_job_needs_one_of_those_that_it_requires() -> None:
    """If filters keep all of them out, it does not run either, whatever its own filter says."""
    jobs = """\
      - test: {filters: {branches: {only: [main, /release-.*/]}}}
      - slow: {filters: {branches: {only: main}}}
      - deploy: {requires: [test, slow]}
"""
    assert _running(runs(jobs, event_of("push", branch="topic"))) == set()
    assert _running(runs(jobs, event_of("push", branch="release-1"))) == {"test", "deploy"}


CELLS = """\
version: 2.1
jobs:
  deploy:
    parameters: {to: {type: string}, steps_of: {type: steps}}
    machine: {image: ubuntu-2204:2024.01.1}
    steps: << parameters.steps_of >>
workflows:
  ci:
    jobs:
      - deploy:
          matrix: {parameters: {to: [dev, live]}}
          context: [all, << matrix.to >>]
          serial-group: turn-<< matrix.to >>
          steps_of: [{run: make}]
          filters: {branches: {only: main}, tags: {only: "/^v.*/"}}
"""


def test_each_cell_has_its_own_context_and_turn() -> None:
    """What a workflow says of a job may name values of the matrix."""
    project = ciconv.read({".circleci/config.yml": CELLS}).project
    assert project is not None
    jobs = project.pipelines[0].jobs
    assert [[one.text for one in job.contexts] for job in jobs] == [["all", "dev"], ["all", "live"]]
    groups = [constant(job.concurrency.group) for job in jobs if job.concurrency is not None]
    assert groups == ["turn-dev", "turn-live"]


def test_what_starts_a_program_has_the_machine_and_the_tags_of_its_source() -> None:
    """The trigger shim is CircleCI's own: labels are images, and a tag has no branch."""
    source = {".circleci/config.yml": CELLS + "parameters: {x: {type: string, default: a}}\n"}
    source = {
        path: text.replace("make", "make << pipeline.parameters.x >>")
        for path, text in source.items()
    }
    files = ciconv.convert(source, to="nixactions", format="circleci").files
    assert "image: ubuntu-2204:2024.01.1\n" in files[".circleci/config.yml"]
    assert 'pipeline.git.tag starts-with "v"' in files[".circleci/config.yml"]
    found = ciconv.verify(source, files, formats=("circleci", "nixactions"))
    assert [one.message for one in found.unexplained] == []


def test_a_filter_that_all_jobs_have_holds_for_starts_by_hand() -> None:
    """It stands at the push alone where nothing else starts the workflow."""
    parameters = "parameters: {ship: {type: boolean, default: false}}\n"
    listed = "    when: << pipeline.parameters.ship >>\n    jobs:\n"
    jobs = "      - test: {filters: {branches: {only: main}}}\n"
    files = {".circleci/config.yml": parameters + HEAD.replace("    jobs:\n", listed) + jobs}
    for branch, state in (("main", {"test"}), ("topic", set())):
        event = event_of("workflow_dispatch", branch=branch, inputs=(("ship", "true"),))
        assert _running(_states(files, event, "circleci")) == state


def test_only_the_script_of_the_writer_is_part_of_a_checkout() -> None:
    """That of somebody else has a name, and perhaps variables."""
    steps = "[checkout, {run: {name: %s, command: git submodule update --init}}]"
    for name, count in (("Submodules", 1), ("sources of others", 2)):
        config = HEAD.replace("[{run: make}]", steps % name) + "      - test\n"
        project = ciconv.read({".circleci/config.yml": config}, format="circleci").project
        assert project is not None
        (job,) = project.pipelines[0].jobs
        assert isinstance(job, Job)
        assert len(job.steps) == count


def test_a_report_and_an_artifact_of_one_folder_have_names_of_their_own() -> None:
    """GitHub takes each name once a run."""
    steps = "[{store_test_results: {path: junit}}, {store_artifacts: {path: junit}}]"
    text = f"version: 2.1\njobs: {{build: {{machine: true, steps: {steps}}}}}\n"
    files = {".circleci/config.yml": text}
    made = ciconv.convert(files, to="github").files
    names = [
        line.strip() for one in made.values() for line in one.splitlines() if "name: build" in line
    ]
    assert names == ["name: build-junit-report", "name: build-junit"]
    assert not [one for one in ciconv.verify(files, made).differences if not one.explained]


def test_a_cache_that_nobody_saves_is_told() -> None:
    """By its key, without the quotes around it in the file."""
    step = "{restore_cache: {keys: ['a-{{ arch }}']}}"
    text = f"version: 2.1\njobs: {{build: {{machine: true, steps: [{step}]}}}}\n"
    read = ciconv.read({".circleci/config.yml": text}, format="circleci")
    (one,) = [one for one in read.diagnostics if one.code == "empty-cache"]
    assert "begins with 'a-{{ arch }}'," in one.message
