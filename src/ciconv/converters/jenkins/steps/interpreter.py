"""Which shell a script is for, said in its first lines. Both directions.

A script that begins with `#!` is run by what that names, and without Jenkins' own `-xe`; Linux
hands over one argument, so more flags are set by the script itself.

https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/#sh-shell-script
"""

import re

USUAL = "sh -xe {0}"
_BASH = re.compile(r"#!/bin/bash(?: (?P<flag>-\w+))?\n(?:set (?P<flags>[-+]\w+(?: pipefail)?)\n)?")
_OTHER = re.compile(r"#!(?P<command>/bin/sh(?: -\w+)?)\n|#!/usr/bin/env (?P<name>[\w.-]+)\n")
_LOGIN = re.compile(r"-(\w*)l(\w*)")  # not a flag of `set`
_SH = "#!/bin/sh\nset -eo pipefail\n"  # which ash takes, too
_PLAIN = "bash --noprofile --norc -eo pipefail {0}"


def with_interpreter(script: str, shell: str | None) -> str:
    """Return a script that begins with what is to run it, where that is not Jenkins' own shell."""
    words = [one for one in (shell or USUAL).split() if one != "{0}"]
    if script.startswith("#!") or words == ["sh", "-xe"]:
        return script
    program = words[0].rpartition("/")[2]
    if program == "bash":
        flags = [one for one in words[1:] if one not in ("--noprofile", "--norc")]
        flags = ["-l" if one == "--login" else one for one in flags]
        if len(flags) <= 1:
            return f"{' '.join(('#!/bin/bash', *flags))}\n{script}"
        login = " -l" if any(_LOGIN.fullmatch(one) for one in flags) else ""
        flags = [_LOGIN.sub(r"-\1\2", one) for one in flags if one != "-l"]
        return f"#!/bin/bash{login}\nset {' '.join(flags)}\n{script}"
    if program == "sh" and len(words) <= 2:
        return f"{' '.join(('#!/bin/sh', *words[1:]))}\n{script}"
    if program == "sh":
        return f"#!/bin/sh\nset {' '.join(words[1:])}\n{script}"
    return f"#!/usr/bin/env {words[0]}\n{script}"


def read_interpreter(script: str) -> tuple[str, str]:
    """Return the command that runs a script, and the script without the lines that say so."""
    match = _BASH.match(script)
    if match and match["flag"] == "-l" and match["flags"] == "-eo pipefail":
        return "bash -leo pipefail {0}", script[match.end() :]
    if match and match["flag"] is not None:
        return f"bash {match['flag']} {{0}}", script.partition("\n")[2]
    if match and match["flag"] is None and match["flags"] == "-eo pipefail":
        return _PLAIN, script[match.end() :]
    if match and match["flag"] is None and match["flags"] is None:
        return "bash {0}", script[match.end() :]
    if script.startswith(_SH):
        return "sh -eo pipefail {0}", script.removeprefix(_SH)
    other = _OTHER.match(script)
    if other is not None:
        command = (other["command"] or other["name"]).removeprefix("/bin/")
        return f"{command} {{0}}", script[other.end() :]
    return USUAL, script
