"""What blocks bring from the server: keys in an agent, files with settings, logins at registries.

https://plugins.jenkins.io/ssh-agent/ https://plugins.jenkins.io/config-file-provider/
https://plugins.jenkins.io/docker-workflow/ https://plugins.jenkins.io/pipeline-aws/
https://plugins.jenkins.io/onepassword-secrets/
"""

from collections.abc import Callable

from ciconv.converters.jenkins.credentials import secret, secret_name
from ciconv.converters.jenkins.expressions.methods import items_of
from ciconv.converters.jenkins.expressions.read import read_expression, read_template
from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.kept_files import given
from ciconv.converters.jenkins.steps.scripts import export, make_run, quoted, script
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Step
from ciconv.source import Span
from ciconv.syntax.groovy import tree

# variables for all steps of a block, and the steps before them; None for what is not known
Provided = tuple[tuple[EnvVar, ...], tuple[Step, ...]] | None


def provided(call: tree.Call, place: Place) -> Provided:
    """Return what a block is given; None for one that brings nothing, or only the run knows."""
    if call.name in _PROVIDERS:
        return _PROVIDERS[call.name](call, place)
    function = tree.plain(call.function)
    if isinstance(function, tree.Property) and function.name == "withRegistry":
        values = call.positional[:-1]
        key = values[1] if len(values) > 1 else None
        return _login(values[0], key, call, place) if values else None
    return None


def secret_file(
    variable: str, name: str, span: Span, place: Place, path: Template | None = None
) -> tuple[EnvVar, Step]:
    """Return a variable with the path of a secret, and the step that writes it there.

    Without a path it is a file outside of the workspace; its owner alone may read it.
    """
    if path is None:
        folder = Ref(path=("temp",), span=span)
        path = Template(parts=(folder, Literal(value=f"/{name.lower()}")), span=span)
    known = EnvVar(name=variable, value=path, span=span)
    content = EnvVar(name=f"{variable}_CONTENT", value=secret(name, span), span=span)
    lines = f'umask 077\nprintf \'%s\\n\' "${content.name}" > "${variable}"\n'
    run = make_run(replace(script(lines), span=span), place)
    return known, replace(run, env=(known, content), directory=None)


def _said(node: tree.Expr | None, scope: Scope) -> str | None:
    """A text that is known, be it by a variable of the file that never changes."""
    found: Expr | None = None if node is None else read_expression(node, scope)
    if (
        isinstance(found, Ref)
        and found.path[0] == "env"
        and found.path[1] not in (scope.shared.changed)
    ):
        found = scope.shared.env.get(found.path[1])
    return None if found is None else constant(found)


def _keys(call: tree.Call, place: Place) -> Provided:
    """The keys in an agent that all later steps of the job can ask."""
    node = given(call, "credentials")
    items = None if node is None else items_of(node, place.scope)
    ids = [_said(item, scope) for item, scope in items or ()]
    names = [secret_name(one) for one in ids if one is not None]
    if not names or len(names) < len(ids):
        return None
    variables = [
        f"SSH_KEY_{number}" if number > 1 else "SSH_KEY" for number in range(1, len(names) + 1)
    ]
    adding = "".join(f"printf '%s\\n' \"${one}\" | ssh-add -\n" for one in variables)
    said = script(
        'eval "$(ssh-agent -s)"\n', adding, export("SSH_AUTH_SOCK", text('"$SSH_AUTH_SOCK"'))
    )
    run = make_run(replace(said, span=call.span), place)
    env = tuple(
        EnvVar(name=variable, value=secret(name, call.span), span=call.span)
        for variable, name in zip(variables, names, strict=True)
    )
    return (), (replace(run, env=(*run.env, *env), directory=None),)


def _files(call: tree.Call, place: Place) -> Provided:
    """Files with settings that the server keeps."""
    node = given(call, "files")
    items = None if node is None else items_of(node, place.scope)
    env: list[EnvVar] = []
    steps: list[Step] = []
    for item, scope in items or ():
        found = _file(tree.plain(item), scope, place)
        if found is None:
            return None
        env.append(found[0])
        steps.append(found[1])
    return (tuple(env), tuple(steps)) if items else None


def _file(node: tree.Expr, scope: Scope, place: Place) -> tuple[EnvVar, Step] | None:
    if not isinstance(node, tree.Call) or node.name != "configFile":
        return None
    known = {"fileId", "variable", "targetLocation"}
    if any(one.name not in known for one in node.arguments):
        return None
    id, variable = _said(node.named("fileId"), scope), _said(node.named("variable"), scope)
    target = node.named("targetLocation")
    path = None if target is None else read_template(target, scope)
    if id is None or (path is not None and not is_known(path)):
        return None
    name = secret_name(id)
    return secret_file(variable or f"{name}_FILE", name, node.span, place, path)


def registry_of(call: tree.Call, place: Place) -> Template | None:
    """Return where images are in the block of a call: at its registry, else where they were."""
    function = tree.plain(call.function)
    url: tree.Expr | None = None
    if isinstance(function, tree.Property) and function.name == "withRegistry":
        url = call.positional[0]
    elif call.name == "withDockerRegistry":
        url = _settings(call).get("url")
    found = None if url is None else read_template(url, place.scope)
    return place.frame.registry if found is None or not is_known(found) else host_of(found)


def _settings(call: tree.Call) -> dict[str | None, tree.Expr]:
    only = tree.plain(call.positional[0]) if len(call.positional) == 2 else None
    entries = only.entries if isinstance(only, tree.MapLiteral) else call.arguments
    return {one.name: one.value for one in entries}


def _registry(call: tree.Call, place: Place) -> Provided:
    named = _settings(call)
    if not set(named) - {None} <= {"url", "credentialsId"}:
        return None
    return _login(named.get("url"), named.get("credentialsId"), call, place)


def _login(url: tree.Expr | None, key: tree.Expr | None, call: tree.Call, place: Place) -> Provided:
    """A login for all later steps of the job; without credentials there is nothing to do."""
    where = text("") if url is None else read_template(url, place.scope)
    id = _said(key, place.scope)
    if not is_known(where) or (key is not None and id is None):
        return None
    if id is None:
        if url is not None:
            place.notes.say("nobody logs in at this registry, so nothing is done for it", url)
        return (), ()
    host = host_of(where)
    there = (" ", quoted(host, place.scope)) if host.parts else ()
    said = script(
        "printf '%s' \"$DOCKER_PASSWORD\" | ",
        'docker login --username "$DOCKER_USERNAME" --password-stdin',
        *there,
        "\n",
    )
    run = make_run(replace(said, span=call.span), place)
    name = secret_name(id)
    env = (
        EnvVar(name="DOCKER_USERNAME", value=secret(f"{name}_USR", call.span), span=call.span),
        EnvVar(name="DOCKER_PASSWORD", value=secret(f"{name}_PSW", call.span), span=call.span),
    )
    return (), (replace(run, env=(*run.env, *env), directory=None),)


def host_of(url: Template) -> Template:
    """Return the name of a registry; empty for the one that is usual."""
    first = url.parts[0] if url.parts else None
    if not isinstance(first, Literal):
        return url
    said = (constant(first) or "").removeprefix("https://").removeprefix("http://")
    if "index.docker.io" in said:
        return text("")
    if len(url.parts) == 1:
        return text(said.rstrip("/"), of=url)
    return Template(parts=(*text(said).parts, *url.parts[1:]), span=url.span)


def _vault(call: tree.Call, place: Place) -> Provided:
    """Secrets of a vault under the names of variables, as 1Password's plug-in hands them over."""
    node = call.named("secrets")
    items = None if node is None else items_of(node, place.scope)
    env: list[EnvVar] = []
    for item, scope in items or ():
        entries = tree.plain(item)
        named = entries if isinstance(entries, tree.MapLiteral) else tree.MapLiteral()
        said = (_said(one.value, scope) for one in named.entries if one.name == "envVar")
        name = next(said, None)
        if name is None:
            return None
        env.append(EnvVar(name=name, value=secret(name, entries.span), span=entries.span))
    return (tuple(env), ()) if env else None


def _amazon(call: tree.Call, place: Place) -> Provided:
    """Keys and a region of AWS as variables; whoever takes a role on is left to the catalog."""
    given = {one.name: one.value for one in call.arguments if one.name is not None}
    if not given or not given.keys() <= {"credentials", "region"}:
        return None
    env: list[EnvVar] = []
    if "region" in given:
        region = read_template(given["region"], place.scope)
        if not is_known(region):
            return None
        env += [EnvVar(name=name, value=region, span=region.span) for name in _REGIONS]
    if "credentials" in given:
        node = given["credentials"]
        id = _said(node, place.scope)
        if id is None:
            return None
        key = secret_name(id)
        pairs = (("AWS_ACCESS_KEY_ID", f"{key}_USR"), ("AWS_SECRET_ACCESS_KEY", f"{key}_PSW"))
        env += [EnvVar(name=n, value=secret(one, node.span), span=node.span) for n, one in pairs]
    return tuple(env), ()


_REGIONS = ("AWS_DEFAULT_REGION", "AWS_REGION")


_PROVIDERS: dict[str, Callable[[tree.Call, Place], Provided]] = {
    "withAWS": _amazon,
    "withSecrets": _vault,
    "sshagent": _keys,
    "configFileProvider": _files,
    "withDockerRegistry": _registry,
}
