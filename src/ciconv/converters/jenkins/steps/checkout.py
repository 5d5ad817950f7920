"""Checkouts ↔ `checkout scm`, `checkout scmGit(…)`.

https://www.jenkins.io/doc/pipeline/steps/params/scmgit/
"""

from collections.abc import Iterator

from ciconv.converters.checkouts import is_own_ref, is_own_repository, is_own_token
from ciconv.converters.jenkins.expressions.write import Says
from ciconv.ir.expression import Template, constant
from ciconv.ir.step import Checkout
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

# what a multibranch job does, or what has no effect on the files
_USUAL = {
    "depth": None,  # Jenkins fetches the whole history
    "tags": None,
    "clean": None,
    "lfs": ("", "false"),
    "submodules": ("", "false"),
}
_UNTOLD = frozenset({"persist-credentials", "set-safe-directory", "show-progress", "filter"})


def is_usual(step: Checkout) -> bool:
    """Return whether it is what Jenkins does by itself at the beginning of a job."""
    bare = step.condition is None and not (step.env or step.may_fail or step.directory)
    return bare and all(_is_usual(one.name, one.value) for one in step.arguments)


def _is_usual(name: str, value: Template) -> bool:
    if name in _UNTOLD or constant(value) == "":
        return True
    if name == "token":
        return is_own_token(value)
    if name not in _USUAL:
        return False
    known = _USUAL[name]
    return known is None or constant(value) in known


def differing(step: Checkout) -> tuple[str, ...]:
    """Return the names of arguments that nothing of what is written stands for."""
    own = is_own_repository(
        next((one.value for one in step.arguments if one.name == "repository"), None)
    )
    said = {"repository", "ref", "path", "lfs", "submodules", *_USUAL, *_UNTOLD}
    return tuple(
        one.name
        for one in step.arguments
        if (one.name != "token" and one.name not in said)
        or (one.name == "ref" and one.value.parts and is_own_ref(one.value))
        or (one.name == "token" and own and not is_own_token(one.value))
    )


def write_checkout(step: Checkout, says: Says) -> Iterator[t.Expr]:
    """Yield the step of a checkout; raise CannotSay."""
    given = {one.name: one.value for one in step.arguments if constant(one.value) != ""}
    if "ref" in given and is_own_ref(given["ref"]):
        del given["ref"]
    found = _checkout(given, says)
    if "path" in given:
        inner = (groovy.statement(found),)
        found = groovy.block(groovy.call("dir", says.text(given["path"])), inner)
    yield found


def _checkout(given: dict[str, Template], says: Says) -> t.Expr:
    """This repository as Jenkins has it, or another one, another commit, or more than that."""
    more = tuple(_extensions(given))
    if "repository" not in given and "ref" not in given and not more:
        return groovy.bare("checkout", groovy.path("scm"))
    branches: t.Expr = groovy.path("scm", "branches")
    if "ref" in given or "repository" in given:
        ref = says.text(given["ref"]) if "ref" in given else groovy.literal("*/HEAD")
        branches = groovy.listed((_map(name=ref),))
    remotes: t.Expr = groovy.path("scm", "userRemoteConfigs")
    if "repository" in given:
        remotes = groovy.listed((_remote(given["repository"], "token" in given, says),))
    settings: dict[str, t.Expr] = {"branches": branches}
    if more:
        settings["extensions"] = groovy.listed(more)
    scm = groovy.call("scmGit", **settings, userRemoteConfigs=remotes)
    return groovy.bare("checkout", scm)


def _extensions(given: dict[str, Template]) -> Iterator[t.Expr]:
    """What git fetches besides, by extensions of the plugin."""
    modules = constant(given["submodules"]) if "submodules" in given else "false"
    if modules in ("true", "recursive"):
        deep = {"recursiveSubmodules": True} if modules == "recursive" else {}
        yield groovy.call("submodule", **deep)
    if "lfs" in given and constant(given["lfs"]) == "true":
        yield groovy.call("lfs")


def _remote(repository: Template, with_token: bool, says: Says) -> t.Expr:
    name = says.text(repository)
    parts = (t.Text(value="https://github.com/"), *name.parts, t.Text(value=".git"))
    url = t.String(parts=parts, quote=t.Quote.DOUBLE)
    known = constant(repository)
    if known is not None:
        url = groovy.literal(f"https://github.com/{known}.git")
    return _map(url=url, credentialsId=groovy.literal("github")) if with_token else _map(url=url)


def _map(**values: t.Expr) -> t.Expr:
    entries = tuple(t.Argument(value=value, name=name) for name, value in values.items())
    return t.MapLiteral(entries=entries)
