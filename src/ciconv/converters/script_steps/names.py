"""The shell variables that hold what expressions refer to."""

from msgspec import Struct, field

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import Expr, Ref
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar


class CannotSay(Exception):
    """An expression has no counterpart in a shell; the message says why in a few words."""

    def __init__(self, expr: Expr, reason: str) -> None:
        super().__init__(reason)
        self.expr = expr


class Names(Struct, frozen=True, kw_only=True):
    """Names of one job in one format; it notes what was asked for.

    | reference | variable |
    |---|---|
    | a predefined name, where catalog/names.toml has the very same value | the format's own |
    | `env.X` | `X` |
    | `secrets.X`, `vars.X` | `X`; `SECRETS_X`, `VARS_X` where `env` gives X another meaning |
    | `inputs.x` | `INPUT_X`, which the job defines |
    | `matrix.os` | `OS`; `MATRIX_OS` where OS has another meaning |
    | `steps.b.outputs.v`, `steps.b.outcome` | `STEPS_B_OUTPUTS_V`, `STEPS_B_OUTCOME` |
    | `needs.b.outputs.v`, `needs.b.result` | `NEEDS_B_OUTPUTS_V`, `NEEDS_B_RESULT` |
    | other predefined names | GitHub's variable (`GITHUB_REF`), which the job defines |
    """

    catalog: Catalog
    format: str
    pipeline: Pipeline
    job: Job
    used: list[Ref] = field(default_factory=list)

    def variable(self, ref: Ref) -> str:
        """Return the environment variable that holds what a reference means; raise CannotSay."""
        raise CannotSay(ref, "not yet")

    def matrix(self, axis: str) -> str:
        """Return the variable of an axis: what the writer calls it in the target's matrix."""
        raise NotImplementedError

    def definitions(self) -> tuple[EnvVar, ...]:
        """Return the variables the job has to define so that what was asked for is there.

        Their values are templates of what each stands for (`INPUT_P: ${{ inputs.p }}`), which the
        writer writes in its own words; secrets, `vars` and predefined variables are not among them.
        """
        raise NotImplementedError

    def secrets(self) -> tuple[str, ...]:
        """Return the variables that somebody has to create as secrets of the system."""
        raise NotImplementedError
