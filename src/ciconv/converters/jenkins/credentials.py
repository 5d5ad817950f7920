"""Credentials of Jenkins ↔ secrets: one of user and password is two of them.

https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#handling-credentials
"""

import re

from ciconv.ir.expression import Literal, Ref, Template
from ciconv.ir.step import EnvVar
from ciconv.source import Span


def secret_name(id: str) -> str:
    """Return the name of the secret for the id of a credential, as all systems take it."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", id).strip("_").upper() or "SECRET"
    return f"_{plain}" if plain[0].isdigit() else plain


def secret(name: str, span: Span | None) -> Template:
    """Return the value of a secret."""
    return Template(parts=(Ref(path=("secrets", name), span=span),), span=span)


def pair(name: str, span: Span | None) -> Template:
    """Return user and password of a credential with a colon between them."""
    user, password = secret(f"{name}_USR", span), secret(f"{name}_PSW", span)
    parts = (*user.parts, Literal(value=":"), *password.parts)
    return Template(parts=parts, span=span)


def variables(variable: str, id: str, mentions: str, span: Span | None) -> tuple[EnvVar, ...]:
    """Return the variables that `NAME = credentials('id')` sets.

    Whether it is a user and a password shows in the text: only then `NAME_USR` is there.
    """
    name = secret_name(id)
    if not re.search(rf"\b{re.escape(variable)}_(USR|PSW)\b", mentions):
        return (EnvVar(name=variable, value=secret(name, span), span=span),)
    return (
        EnvVar(name=variable, value=pair(name, span), span=span),
        EnvVar(name=f"{variable}_USR", value=secret(f"{name}_USR", span), span=span),
        EnvVar(name=f"{variable}_PSW", value=secret(f"{name}_PSW", span), span=span),
    )
