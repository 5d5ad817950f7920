"""The cases below fixtures/rules: for each rule what it finds (bad) and what it does not (good)."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

import ciconv
from ciconv.diagnostics import Diagnostic
from ciconv.validators import RULES
from ciconv.validators.settings import Settings

FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "rules"
PATHS = {
    "github": ".github/workflows/ci.yml",
    "gitlab": ".gitlab-ci.yml",
    "circleci": ".circleci/config.yml",
    "jenkins": "Jenkinsfile",
}
FORMAT_OF = {code: format for format, codes in RULES.items() for code in codes}


class RuleCase(Struct, frozen=True):
    """One file or folder `bad…` or `good…` of a rule."""

    code: str
    path: Path

    def __str__(self) -> str:
        return f"{self.code}-{self.path.name}"

    @property
    def format(self) -> str:
        """The system: that of the rule, or the second word of the name: `bad.gitlab.yml`."""
        named = self.path.name.split(".")[1:2]
        if named and named[0] in PATHS:
            return named[0]
        found = FORMAT_OF[self.code]
        return "github" if found == "all" else found

    @property
    def is_bad(self) -> bool:
        """Whether the rule finds something."""
        return self.path.name.startswith("bad")

    @property
    def expected(self) -> Path:
        """The file with what it finds."""
        return self.path.parent / f"{self.path.name.removesuffix(self.path.suffix)}.txt"

    def files(self) -> Mapping[str, str]:
        """Return the files of the case by their path in a repository."""
        if not self.path.is_dir():
            return {PATHS[self.format]: self.path.read_text(encoding="utf-8")}
        return {
            file.relative_to(self.path).as_posix(): file.read_text(encoding="utf-8")
            for file in sorted(self.path.rglob("*"))
            if file.is_file()
        }

    def found(self) -> tuple[Diagnostic, ...]:
        """Return what is found, by all rules."""
        targets = ("gitlab",) if self.code == "portability" else ()
        settings = Settings(
            enable=(self.code,),
            schema=self.code == "schema",
            targets=targets,
            allowed_actions=("actions/*",) if self.code == "forbidden-action" else (),
        )
        return ciconv.validate(self.files(), format=self.format, settings=settings)


CASES = tuple(
    RuleCase(folder.name, path)
    for folder in sorted(FOLDER.iterdir())
    for path in sorted(folder.iterdir())
    if path.suffix != ".txt"
)
