"""Names of stages: what people read, each once in a pipeline."""

from collections import Counter

from ciconv.ir.expression import constant
from ciconv.ir.job import ApprovalJob, JobBase
from ciconv.ir.pipeline import Pipeline

MOST = 50  # signs of names that are put together


class StageNames:
    """Gives out names; those of jobs are theirs alone."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._taken: set[str] = set()
        names = {job.id: _name(job) for job in pipeline.jobs}
        used = Counter(names.values())
        self._jobs = {
            id: self.unused(name if used[name] == 1 else id) for id, name in names.items()
        }

    def of(self, job: JobBase) -> str:
        """Return the name of a job's stage."""
        return self._jobs[job.id]

    def unused(self, wanted: str) -> str:
        """Return a name that no other stage has: the one wanted, or with a number."""
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted} ({number})", number + 1
        self._taken.add(name)
        return name

    def title(self, wanted: str) -> str:
        """Return a name for a stage that holds all others."""
        return self.unused(wanted if wanted not in self._taken else f"All of {wanted}")

    def joined(self, names: list[str], between: str) -> str:
        """Return a name for a stage that holds several jobs."""
        said = list(dict.fromkeys(names))
        shown = [name for n, name in enumerate(said) if len(between.join(said[: n + 1])) <= MOST]
        shown = shown or [said[0][:MOST]]
        more = len(said) - len(shown)
        whole = between.join(shown) + (f" and {more} more" if more > 0 else "")
        return self.unused(whole if whole not in self._taken else f"All of {whole}")


def _name(job: JobBase) -> str:
    known = None if job.name is None or isinstance(job, ApprovalJob) else constant(job.name)
    return known.strip() if known and known.strip() and "\n" not in known else job.id
