"""The program `ciconv`: which way a call goes, and what becomes of a fault of its own."""

import gc
import os
import sys
from collections.abc import Sequence

from ciconv.cli.router import plain_call, plain_validation

INTERNAL_ERROR = 3

_INTERRUPTED, _BROKEN_PIPE = 130, 1  # as typer has them
_OBJECTS_BETWEEN_COLLECTIONS = 50_000  # a conversion leaves little waste: not worth looking often


def main() -> None:
    """Run the program; a fault of ciconv ends in one line, not in a traceback."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        code = run_plain(sys.argv[1:])
        if code is not None:
            sys.exit(code)
        from ciconv.cli.app import app

        app(prog_name="ciconv")
    except Exception as error:
        if os.environ.get("CICONV_TRACEBACK"):
            raise
        kind = f"{type(error).__name__}: {error}".splitlines()[0]
        sys.stderr.write(
            f"ciconv: a fault of ciconv itself: {kind}\n"
            "  help: please report it; CICONV_TRACEBACK=1 shows where it happened\n"
        )
        sys.exit(INTERNAL_ERROR)
    finally:
        gc.freeze()  # or the interpreter looks for waste before it ends


def run_plain(words: Sequence[str]) -> int | None:
    """Run a plain call and return the exit code; None when typer has to judge the words."""
    if words and words[0] == "validate":
        return _run_validate(words[1:])
    call = plain_call(words)
    if call is None:
        return None
    _load_msgspec()
    # From the bottom of a reader's imports this one takes four times as long: at some depths
    # CPython 3.11 asks the system for a piece of stack at each call, and gives it back at the end.
    import yaml  # noqa: F401

    from ciconv.cli.conversion import run
    from ciconv.cli.outcome import WrongUse

    try:
        return run(*call)
    except WrongUse:
        return None
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return _BROKEN_PIPE


def _run_validate(words: Sequence[str]) -> int | None:
    """Run a plain `validate`: paths, a form of report, and flags."""
    plain = plain_validation(words)
    if plain is None:
        return None
    _load_msgspec()
    import yaml  # noqa: F401 - as above

    from ciconv.cli.outcome import WrongUse
    from ciconv.cli.validation import Choices, run
    from ciconv.cli.values import Findings

    try:
        choices = Choices(
            report=Findings(plain.report),
            strict="--strict" in plain.flags,
            shellcheck="--no-shellcheck" not in plain.flags,
        )
        return run(plain.paths, choices)
    except (WrongUse, ValueError):
        return None
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return _BROKEN_PIPE


def _load_msgspec() -> None:
    """Import it without typing_extensions, which takes longer than all the rest of it.

    It takes the names of `typing` where the package is not there, which do the same for our types.
    """
    hidden = "typing_extensions" not in sys.modules
    if hidden:
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    import msgspec  # noqa: F401

    if hidden:
        del sys.modules["typing_extensions"]


def _forget_output() -> None:
    """Nobody reads it any more, but the interpreter would try to write the rest when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
