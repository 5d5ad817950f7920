"""Which variables of a job a service reads: GitLab hands it all of them.

A service reads those of its own program, which begin with its name, or as the table says.
https://docs.gitlab.com/ci/services/#passing-cicd-variables-to-services
"""

import re
from collections.abc import Iterator

from ciconv.converters.gitlab.expressions.variables import Variable, Variables

# by a part of the last name of an image: how the variables begin that it documents
_PREFIXES = {
    "postg": ("POSTGRES_", "PG"),
    "timescale": ("POSTGRES_", "PG", "TIMESCALEDB_"),
    "mysql": ("MYSQL_",),
    "percona": ("MYSQL_", "PERCONA_"),
    "mariadb": ("MARIADB_", "MYSQL_"),
    "mongo": ("MONGO_", "MONGODB_"),
    "elasticsearch": ("ES_", "ELASTIC", "discovery.", "xpack.", "cluster."),
    "opensearch": ("OPENSEARCH_", "DISABLE_", "discovery.", "plugins."),
    "mssql": ("MSSQL_", "SA_PASSWORD", "ACCEPT_EULA"),
    "influxdb": ("INFLUXDB_", "DOCKER_INFLUXDB_"),
    "localstack": ("LOCALSTACK_", "SERVICES"),
    "zookeeper": ("ZOO_", "ZOOKEEPER_"),
    "keycloak": ("KEYCLOAK_", "KC_"),
    "selenium": ("SE_",),
    "dind": (),  # on other systems Docker is there by itself
    "docker": (),
}
_TAG = re.compile(r"[:@].*")


def variables_of(image: str, variables: Variables) -> Iterator[Variable]:
    """Yield the variables of a job, and those shared by all jobs, that a service reads."""
    name = _TAG.sub("", image.rpartition("/")[2])
    own = (f"{re.sub(r'[^A-Z0-9]+', '_', name.upper())}_",)
    prefixes = next((found for part, found in _PREFIXES.items() if part in name), own)
    for one in (dict(variables.shared) | dict(variables.own)).values():
        if one.name.startswith(prefixes):
            yield one
