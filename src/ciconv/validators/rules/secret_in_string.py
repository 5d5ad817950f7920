"""The rule `secret-in-string`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Diagnostics, Severity
from ciconv.syntax.groovy import tree
from ciconv.syntax.groovy.parser import parse
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_SCRIPTS = ("sh", "bat", "powershell", "pwsh")
# arguments of what `withCredentials` lists that name a variable with something secret in it
_VARIABLES = ("variable", "passwordVariable", "secretKeyVariable", "passphraseVariable")
_BOUND = re.compile(r"=\s*credentials\b|[vV]ariable\s*:")  # most files bind no secret to a variable
_FILES = ("file", "zip", "certificate", "dockerCert")  # bindings whose variable is a path


class SecretInString(Rule):
    """Groovy puts a secret into the text of a script, where arguments and logs may show it.

    Between double quotes `${TOKEN}` is replaced before the shell starts: the secret stands in the
    command line, which other processes see, and its signs may end quotes. Between single quotes
    the shell takes it from the environment:

        sh 'curl -H "Authorization: $TOKEN" https://example.com'

    https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#string-interpolation
    """

    code = "secret-in-string"
    summary = "a secret that Groovy puts into a script"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the secrets between double quotes of scripts."""
        for path in dict.fromkeys(one.path for one in subject.pipelines()):
            source = subject.context.workspace.readable(path)
            if source is None or not _BOUND.search(source.text):
                continue
            script = parse(source, Diagnostics()).body
            secrets = frozenset(_secrets(script))
            for node in tree.walk(script) if secrets else ():
                if isinstance(node, tree.Call) and _name(node.function) in _SCRIPTS:
                    yield from self._script(node, secrets)

    def _script(self, call: tree.Call, secrets: frozenset[str]) -> Iterator[Diagnostic]:
        for argument in call.arguments:
            for node in tree.walk(argument.value):
                name = _variable(node.value) if isinstance(node, tree.Interpolation) else ""
                if name in secrets:
                    said = f"Groovy puts the secret {name!r} into the script"
                    advice = f"use single quotes, and ${name} of the shell"
                    yield self.found(node.span, said, advice)


def _secrets(script: tree.Node) -> Iterator[str]:
    """The variables that hold secrets."""
    for node in tree.walk(script):
        if isinstance(node, tree.Assignment) and isinstance(node.value, tree.Call):
            if _name(node.value.function) == "credentials":
                name = _name(node.target)
                yield from (name, f"{name}_PSW")
        elif isinstance(node, tree.Call) and _name(node.function) == "withCredentials":
            yield from _bound(node)


def _bound(call: tree.Call) -> Iterator[str]:
    for argument in call.arguments:
        for binding in tree.walk(argument.value):
            if isinstance(binding, tree.Call) and _name(binding.function) not in _FILES:
                for given in binding.arguments:
                    if given.name in _VARIABLES:
                        yield from _texts(given.value)


def _texts(value: tree.Expr) -> Iterator[str]:
    if isinstance(value, tree.String):
        yield "".join(part.value for part in value.parts if isinstance(part, tree.Text))


def _variable(value: tree.Expr) -> str:
    """The name of a variable: NAME, or env.NAME."""
    if isinstance(value, tree.Property) and _name(value.base) == "env":
        return value.name if isinstance(value.name, str) else ""
    return _name(value)


def _name(value: tree.Expr) -> str:
    return value.name if isinstance(value, tree.Name) else ""
