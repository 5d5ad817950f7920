"""Steps under another name: `step([$class: 'Name', …])`, `wrap([$class: 'Name']) { … }`, images.

https://www.jenkins.io/doc/pipeline/steps/workflow-basic-steps/#step-general-build-step
"""

from ciconv.syntax.groovy import tree

# classes of plug-ins, and the steps that they are called by today
_CLASSES = {
    "AnsiColorBuildWrapper": "ansiColor",
    "ArtifactArchiver": "archiveArtifacts",
    "CheckStylePublisher": "checkstyle",
    "CoberturaPublisher": "cobertura",
    "CopyArtifact": "copyArtifacts",
    "CucumberReportPublisher": "cucumber",
    "FindBugsPublisher": "findbugs",
    "GitHubCommitStatusSetter": "githubNotify",
    "GitHubSetCommitStatusBuilder": "githubNotify",
    "GitSCM": "checkout",
    "HtmlPublisher": "publishHTML",
    "JUnitResultArchiver": "junit",
    "JacocoPublisher": "jacoco",
    "MSTestPublisher": "mstest",
    "Mailer": "mail",
    "NUnitPublisher": "nunit",
    "PmdPublisher": "pmd",
    "RobotPublisher": "robot",
    "StashNotifier": "bitbucketStatusNotify",
    "TimestamperBuildWrapper": "timestamps",
    "WarningsPublisher": "warnings",
    "WsCleanup": "cleanWs",
    "XUnitPublisher": "xunit",
}


def by_name(call: tree.Call) -> tree.Call:
    """Return a call with the name that its class has today, or is; any other call as it is."""
    if call.name == "withDockerContainer":
        return _inside(call)
    if call.name not in ("step", "wrap"):
        return call
    first = tree.plain(call.arguments[0].value) if call.arguments else None
    entries = first.entries if isinstance(first, tree.MapLiteral) else call.arguments
    kind = next((one.value for one in entries if one.name == "$class"), None)
    said = kind.constant if isinstance(kind, tree.String) else None
    if said is None:
        return call
    name = said.rpartition(".")[2]
    return tree.Call(
        function=tree.Name(name=_CLASSES.get(name, name), span=call.function.span),
        arguments=tuple(one for one in entries if one.name != "$class"),
        closures=call.closures,
        span=call.span,
    )


def _inside(call: tree.Call) -> tree.Call:
    """`withDockerContainer('x') { … }` as `docker.image('x').inside { … }`."""
    image = call.named("image") or next(iter(call.positional), None)
    if image is None or isinstance(image, tree.Closure):
        return call
    span = call.function.span
    name = tree.Property(base=tree.Name(name="docker", span=span), name="image", span=span)
    made = tree.Call(function=name, arguments=(tree.Argument(value=image),), span=span)
    options = call.named("args")
    return tree.Call(
        function=tree.Property(base=made, name="inside", span=span),
        arguments=() if options is None else (tree.Argument(value=options),),
        closures=call.closures,
        span=call.span,
    )
