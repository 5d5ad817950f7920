"""The rule `missing-checkout`."""

import re
from collections.abc import Iterator

from ciconv.catalog.catalog import Kind
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.job import Job
from ciconv.ir.step import Run, Use
from ciconv.validators.meaning import Meaning, jobs_of, meanings, script_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_NEEDS_FILES = re.compile(
    r"^[ \t]*(npm (ci|install|test|run \S+)\s*$|yarn( install)?\s*$|pnpm install|make\b(?! -C| -f)"
    r"|\./gradlew|\./mvnw|mvn |cargo (build|test|clippy|fmt)|go (build|test|vet) \./|pytest\b"
    r"|pip install (-r |-e ?\.|\.)|poetry install|bundle (install|exec)|composer install"
    r"|docker build [^-].*\.\s*$|docker compose up"
    r"|((ba)?sh |python3? |source |\. )?\./[\w.-]+/[\w./-]+\.(sh|bash|py|pl|rb|js)\b)",
    re.MULTILINE,
)
_BRINGS_FILES = re.compile(
    r"\bgit (clone|init|fetch)\b|\bcurl\b|\bwget\b|\btar\b|\bunzip\b|\bgh (repo|run|release)\b"
    r"|>\s*(package\.json|Makefile|requirements\.txt)|\bnpm init\b|\bcd\b|\bsvn\b"
)


class MissingCheckout(Rule):
    """A job works on the files of the repository without having checked it out.

    A job starts in an empty folder. `make`, `npm ci` or `./gradlew` find nothing there.
    """

    code = "missing-checkout"
    summary = "files of the repository used without a checkout"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the first step of a job that needs files nobody brought."""
        if subject.format not in ("github", "circleci", "nixactions"):
            return
        for pipeline in subject.pipelines():
            for job in jobs_of(pipeline):
                yield from self._job(job, subject)

    def _job(self, job: Job, subject: Subject) -> Iterator[Diagnostic]:
        for one in meanings(job, subject.context.catalog):
            if _may_bring_files(one):
                return
            step = one.step
            if isinstance(step, Use) and step.ref.written.startswith("./"):
                said = f"the action {step.ref.name!r} is used before the checkout"
                yield self.found(step.ref.span, said, "add a checkout before it")
                return
            if isinstance(step, Run) and step.directory is None:
                match = _NEEDS_FILES.search(script_of(step))
                if match is not None:
                    said = f"{match[0].strip()!r} finds no files: nothing is checked out"
                    at = step.script.span or step.span
                    yield self.found(at, said, "add a checkout before it")
                    return


def _may_bring_files(one: Meaning) -> bool:
    if one.kind in (Kind.CHECKOUT, Kind.DOWNLOAD_ARTIFACT, Kind.CACHE, Kind.RESTORE_CACHE):
        return True
    if isinstance(one.step, Run):
        return _BRINGS_FILES.search(script_of(one.step)) is not None
    # whoever wrote another action may have done anything in it
    is_local = isinstance(one.step, Use) and one.step.ref.name.startswith("./")
    return isinstance(one.step, Use) and one.kind is None and not is_local
