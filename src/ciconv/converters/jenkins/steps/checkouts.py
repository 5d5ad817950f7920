"""`checkout scm`, `git`, and checkouts of other repositories.

https://www.jenkins.io/doc/pipeline/steps/workflow-scm-step/
"""

import re

from ciconv.converters.jenkins.credentials import secret_name
from ciconv.converters.jenkins.expressions.methods import items_of
from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.scripts import make_run, quoted, script
from ciconv.ir.expression import Ref, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Argument, Checkout, Step
from ciconv.syntax.groovy import tree

_GITHUB = re.compile(
    r"(?:https://(?:[^@/]*@)?|ssh://git@|git@)github\.com[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)


def read_checkout(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step of `checkout`; None for what is no checkout of git."""
    node = call.named("scm") or next(iter(call.positional), None)
    if node is None:
        node = tree.MapLiteral(entries=call.arguments, span=call.span)
    node = tree.plain(node)
    if isinstance(node, tree.Name) and node.name == "scm":
        path = place.frame.directory
        arguments = () if path is None else (Argument(name="path", value=path),)
        return (Checkout(arguments=arguments, span=call.span),)
    if isinstance(node, tree.MapLiteral):
        return _from_map({one.name: one.value for one in node.entries}, call, place)
    if isinstance(node, tree.Call) and node.name == "scmGit":
        return _from_map({one.name: one.value for one in node.arguments}, call, place)
    return None


def read_git(call: tree.Call, place: Place) -> tuple[Step, ...] | None:
    """Return the step of `git url: …, branch: …`."""
    url = call.named("url") or next(iter(call.positional), None)
    known = {"url", "branch", "credentialsId", "changelog", "poll", None}
    if url is None or any(one.name not in known for one in call.arguments):
        return None
    where = {
        "url": read_template(url, place.scope),
        "ref": _optional(call.named("branch"), place.scope) or text("master"),
        "key": _optional(call.named("credentialsId"), place.scope),
    }
    return _fetch(where, call, place)


def _optional(node: tree.Expr | None, scope: Scope) -> Template | None:
    return None if node is None else read_template(node, scope)


def _from_map(
    entries: dict[str | None, tree.Expr], call: tree.Call, place: Place
) -> tuple[Step, ...] | None:
    kind = entries.get("$class")
    if kind is not None and constant(read_template(kind, place.scope)) != "GitSCM":
        return None
    if _is_own(entries.get("userRemoteConfigs"), "userRemoteConfigs"):
        return _own(entries, call, place)
    remote = _first_map(entries.get("userRemoteConfigs"), place.scope)
    branch = _first_map(entries.get("branches"), place.scope)
    if remote is None or "url" not in remote[0]:
        return None
    ref = None if branch is None else branch[0].get("name")
    said = None if ref is None or branch is None else read_template(ref, branch[1])
    key = remote[0].get("credentialsId")
    where = {
        "url": read_template(remote[0]["url"], remote[1]),
        "ref": said and _plain_branch(said),
        "key": None if key is None else read_template(key, remote[1]),
    }
    extended = _extensions(entries.get("extensions"), place)
    if extended is None:
        return None
    return _fetch(where | extended, call, place)


def _is_own(node: tree.Expr | None, name: str) -> bool:
    """Whether it is `scm.NAME`: as the job has it."""
    if not isinstance(node, tree.Property) or node.name != name:
        return False
    base = tree.plain(node.base)
    return isinstance(base, tree.Name) and base.name == "scm"


def _own(
    entries: dict[str | None, tree.Expr], call: tree.Call, place: Place
) -> tuple[Step, ...] | None:
    """A checkout of this repository, of another commit or with more than usual."""
    found = _extensions(entries.get("extensions"), place)
    if found is None:
        return None
    if not _is_own(entries.get("branches"), "branches"):
        branch = _first_map(entries.get("branches"), place.scope)
        if branch is None or "name" not in branch[0]:
            return None
        found["ref"] = _plain_branch(read_template(branch[0]["name"], branch[1]))
    path = found.get("path")
    found["path"] = place.frame.directory if path is None else place.frame.inside(path)
    arguments = tuple(
        Argument(name=name, value=value, span=value.span or call.span)
        for name, value in found.items()
        if value is not None
    )
    return (Checkout(arguments=arguments, span=call.span),)


def _first_map(
    node: tree.Expr | None, scope: Scope
) -> tuple[dict[str | None, tree.Expr], Scope] | None:
    """The entries of the only map in a list."""
    items = None if node is None else items_of(node, scope)
    if items is None or len(items) != 1 or not isinstance(items[0][0], tree.MapLiteral):
        return None
    return {one.name: one.value for one in items[0][0].entries}, items[0][1]


def _plain_branch(ref: Template) -> Template:
    """A branch without the `*/` before it, which stands for any remote."""
    said = constant(ref)
    if said is None:
        first = ref.parts[0]
        begin = constant(first) or ""
        if begin.startswith(("*/", "origin/")):
            parts = (replace(text(begin.partition("/")[2]), span=first.span), *ref.parts[1:])
            return script(*(Template(parts=(one,)) for one in parts))
        return ref
    plain = re.sub(r"^(\*/|refs/heads/|origin/)", "", said)
    return text(plain, of=ref)


# what a plug-in's extension says that git does anyway, or that changes nothing in the workspace
_IDLE = frozenset(
    (
        *("CleanBeforeCheckout", "CleanCheckout", "PruneStaleBranch", "LocalBranch"),
        *("WipeWorkspace", "CheckoutOption", "ScmName", "UserIdentity", "GitLFSPull"),
    )
)


def _extensions(node: tree.Expr | None, place: Place) -> dict[str, Template | None] | None:
    """What `extensions` say; None where one is unknown."""
    items = [] if node is None else items_of(node, place.scope)
    if items is None:
        return None
    found: dict[str, Template | None] = {}
    for item, scope in items:
        if isinstance(item, tree.Call) and item.name in ("submodule", "lfs"):
            found |= _symbol(item)
            continue
        if not isinstance(item, tree.MapLiteral):
            return None
        entries = {one.name: one.value for one in item.entries}
        kind = entries.get("$class")
        name = None if kind is None else constant(read_template(kind, scope))
        if name == "RelativeTargetDirectory" and "relativeTargetDir" in entries:
            found["path"] = read_template(entries["relativeTargetDir"], scope)
        elif name == "SubmoduleOption":
            found["submodules"] = text("recursive")
        elif name == "CloneOption":
            depth = entries.get("depth")
            found["depth"] = None if depth is None else read_template(depth, scope)
        elif name not in _IDLE:
            return None
    return found


def _symbol(item: tree.Call) -> dict[str, Template | None]:
    """`submodule(…)`, `lfs()`."""
    if item.name == "lfs":
        return {"lfs": text("true")}
    deep = item.named("recursiveSubmodules")
    is_deep = isinstance(deep, tree.Constant) and deep.value is True
    return {"submodules": text("recursive" if is_deep else "true")}


def _fetch(
    where: dict[str, Template | None], call: tree.Call, place: Place
) -> tuple[Step, ...] | None:
    """A checkout of a repository; one elsewhere than GitHub is cloned by git itself."""
    if not all(is_known(one) for one in where.values() if one is not None):
        return None
    url, ref = where.pop("url"), where.pop("ref")
    key, path = where.pop("key"), where.pop("path", None)
    folder = place.frame.directory if path is None else place.frame.inside(path)
    match = _GITHUB.fullmatch(constant(url) or "") if url is not None else None
    if match is None or url is None:
        return _clone(url, ref, folder, call, place) if key is None else None
    found = {"repository": text(match.group(1), of=url), "ref": ref, "path": folder} | where
    if key is not None:
        secret = Ref(path=("secrets", secret_name(constant(key) or "git")), span=key.span)
        found["token"] = Template(parts=(secret,), span=key.span)
    arguments = tuple(
        Argument(name=name, value=value, span=value.span)
        for name, value in found.items()
        if value is not None
    )
    return (Checkout(arguments=arguments, span=call.span),)


def _clone(
    url: Template | None,
    ref: Template | None,
    folder: Template | None,
    call: tree.Call,
    place: Place,
) -> tuple[Step, ...] | None:
    if url is None:
        return None
    scope = place.scope
    target = text(".") if folder is None else folder
    lines: list[str | Template] = ["git init ", quoted(target, scope), "\n"]
    inside: list[str | Template] = ["git -C ", quoted(target, scope)]
    lines += [*inside, " fetch ", quoted(url, scope), " ", quoted(ref or text("HEAD"), scope), "\n"]
    lines += [*inside, " checkout --force FETCH_HEAD\n"]
    run = make_run(replace(script(*lines), span=call.span), place)
    return (replace(run, directory=None),)
