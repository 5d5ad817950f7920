"""What the shell scripts of a system's jobs live in."""

from msgspec import Struct

# fields of a step; `status`: a condition that is one of failure(), always() and !cancelled()
_KEYS_OF_CIRCLECI = ("env", "directory", "shell", "retry", "background", "status")
_KEYS_OF_JENKINS = ("env", "directory", "shell", "timeout", "retry", "may_fail", "status")


class Host(Struct, frozen=True, kw_only=True):
    """How one system runs the scripts of a job. A writer changes `shell` to what its image has."""

    format: str
    shell: str = "bash -eo pipefail {0}"  # the command that runs a script
    joined: bool = False  # all scripts of a job are one: what one leaves behind, the next one has
    reads_bash: bool = True  # False: it is PowerShell, for which little can be written
    keys: frozenset[str] = frozenset()  # fields of a step that the format has keys for
    cancels: bool = False  # whether steps can run because the job is cancelled
    values: str = ""  # the file with what later scripts need; empty: they are one process
    sourced: bool = True  # the system itself reads that file before each script

    @property
    def interpreter(self) -> str:
        """The program that reads a script: `bash` or `sh`."""
        return self.shell.split(" ")[0].rpartition("/")[2]


GITLAB = Host(format="gitlab", joined=True)
GITLAB_ON_WINDOWS = Host(format="gitlab", joined=True, reads_bash=False)
CIRCLECI = Host(format="circleci", keys=frozenset(_KEYS_OF_CIRCLECI), values="$BASH_ENV")
JENKINS = Host(
    format="jenkins",
    shell="sh -xe {0}",
    keys=frozenset(_KEYS_OF_JENKINS),
    cancels=True,
    values="$WORKSPACE_TMP/steps.env",
    sourced=False,
)
