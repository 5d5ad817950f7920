"""Files of GitLab: of a project, of its templates, and components.

https://docs.gitlab.com/api/repository_files/#get-raw-file-from-repository
https://docs.gitlab.com/ci/components/#component-versions
"""

import json
import re
from urllib.parse import quote

from ciconv.fetch.client import Client
from ciconv.remote import Answer, GitLabComponent, GitLabFile, Unreachable

LATEST = "~latest"
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
_FRONT = re.compile(r"\d+(?:\.\d+)?")  # of a version


def project_file(address: GitLabFile, client: Client, instance: str) -> Answer:
    """Return a file of a project."""
    host = address.host or instance
    ref = quote(address.ref or "HEAD", safe="")
    path = quote(address.path, safe="")
    url = f"{_project(host, address.project)}/repository/files/{path}/raw?ref={ref}"
    text, stale = client.get(url)
    return Answer(text, address, stale)


def component(address: GitLabComponent, client: Client, instance: str) -> Answer:
    """Return the template of a component: `templates/name.yml`, or `template.yml` in its folder."""
    host = address.host or instance
    ref = _ref(address, host, client)
    reasons = []
    for path in (f"templates/{address.name}.yml", f"templates/{address.name}/template.yml"):
        file = GitLabFile(address.project, path, ref, host)
        try:
            return project_file(file, client, instance)
        except Unreachable as error:
            reasons.append(str(error))
    raise Unreachable(reasons[0])


def _ref(address: GitLabComponent, host: str, client: Client) -> str:
    """The tag that a version means: the highest of those it is the front of."""
    version = address.version
    if version != LATEST and not _FRONT.fullmatch(version):
        return version
    url = f"{_project(host, address.project)}/releases?per_page=100"
    text, _ = client.get(url)
    try:
        tags = [str(one["tag_name"]) for one in json.loads(text)]
    except (ValueError, TypeError, KeyError):
        raise Unreachable(f"{host} answers with something that is no list of releases") from None
    wanted = [] if version == LATEST else [int(one) for one in version.split(".")]
    found = [
        ([int(one) for one in match.groups()], tag)
        for tag in tags
        if (match := _VERSION.fullmatch(tag))
    ]
    fitting = [one for one in found if one[0][: len(wanted)] == wanted]
    if fitting:
        return max(fitting)[1]
    if version == LATEST:
        raise Unreachable(f"the project {address.project!r} has no release with a version")
    return version  # a branch, or a tag, of that name


def _project(host: str, project: str) -> str:
    return f"https://{host}/api/v4/projects/{quote(project, safe='')}"
