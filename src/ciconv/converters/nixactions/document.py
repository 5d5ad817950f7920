"""The files of a conversion: a workflow for each pipeline, the helper library, and the flake."""

from functools import cache
from pathlib import Path

from ciconv.context import Context
from ciconv.converters.format import Files
from ciconv.converters.nixactions.flake import write_flake
from ciconv.converters.nixactions.jobs import write_jobs
from ciconv.converters.nixactions.triggers import header
from ciconv.converters.nixactions.workflow import Workflow
from ciconv.ir.pipeline import Project
from ciconv.passes.program_name import program_name
from ciconv.syntax import nix

_FOLDER = Path(__file__).parent
_LIBRARY = ("library.nix", "library.sh")
_ARGUMENTS = nix.Formals(
    (
        nix.Formal("pkgs"),
        nix.Formal("nixactions"),
        nix.Formal("executor", nix.names("nixactions", "executors", "local")),
    )
)


def write_project(project: Project, context: Context) -> Files:
    """Return the files: nix/NAME.nix, the library beside them, and a flake where there is none."""
    workflows: dict[str, str] = {}
    for pipeline in project.pipelines:
        workflow = Workflow(pipeline, context)
        workflows[f"nix/{program_name(pipeline.id)}.nix"] = write_workflow(workflow)
        workflows |= {f"nix/{path}": script for path, script in workflow.files.items()}
    library = tuple((f"nix/ciconv-lib{Path(name).suffix}", library_text(name)) for name in _LIBRARY)
    names = tuple(program_name(one.id) for one in project.pipelines)
    return (*workflows.items(), *library, *write_flake(names, context))


@cache
def library_text(name: str) -> str:
    """Return the text of a file of the helper library."""
    return (_FOLDER / name).read_text("utf-8")


def write_workflow(workflow: Workflow) -> str:
    """Return the text of one workflow file."""
    pipeline = workflow.pipeline
    jobs = write_jobs(workflow)
    bindings: list[nix.Binding] = [nix.Binding(("name",), nix.string(program_name(pipeline.id)))]
    if workflow.static_env:
        bindings.append(nix.Binding(("env",), nix.attrs(workflow.static_env)))
    providers = nix.List((nix.Name(workflow.use("githubContext")),))
    bindings.append(nix.Binding(("envFrom",), providers))
    bindings.append(nix.Binding(("jobs",), jobs))
    body = nix.Apply(nix.names("nixactions", "mkWorkflow"), (nix.Attrs(tuple(bindings)),))
    return nix.render(
        nix.Lambda(_ARGUMENTS, nix.Let((_library(workflow), *workflow.bindings()), body)),
        header=header(pipeline),
    )


def _library(workflow: Workflow) -> nix.Inherit:
    arguments = nix.Attrs((nix.Inherit(("pkgs", "executor")),))
    source = nix.Apply(nix.Name("import"), (nix.Path("./ciconv-lib.nix"), arguments))
    return nix.Inherit(tuple(workflow.used), source)
