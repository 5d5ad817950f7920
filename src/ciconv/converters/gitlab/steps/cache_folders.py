"""Folders in which tools keep what they download, and the variable that moves each.

GitLab caches only what is inside of the project's folder.
https://docs.gitlab.com/ci/caching/examples/
"""

import re

from msgspec import Struct


class Moved(Struct, frozen=True):
    """A folder inside of the project, and the variable that tells a tool of it."""

    variable: str
    value: str
    folder: str


# below $HOME: what is named, the variable, the folder in the project; further parts stay behind it
_FOLDERS = (
    (".npm", "npm_config_cache", ".npm"),
    (".cache/yarn", "YARN_CACHE_FOLDER", ".yarn-cache"),
    (".pnpm-store", "npm_config_store_dir", ".pnpm-store"),
    (".local/share/pnpm/store", "npm_config_store_dir", ".pnpm-store"),
    (".cache/pip", "PIP_CACHE_DIR", ".cache/pip"),
    (".cache/uv", "UV_CACHE_DIR", ".cache/uv"),
    (".cache/pypoetry", "POETRY_CACHE_DIR", ".cache/pypoetry"),
    (".cache/pre-commit", "PRE_COMMIT_HOME", ".cache/pre-commit"),
    (".cache/go-build", "GOCACHE", ".cache/go-build"),
    (".cache/golangci-lint", "GOLANGCI_LINT_CACHE", ".cache/golangci-lint"),
    ("go/pkg/mod", "GOMODCACHE", ".go/pkg/mod"),
    (".cargo", "CARGO_HOME", ".cargo"),
    (".gradle", "GRADLE_USER_HOME", ".gradle"),
    (".m2/repository", "MAVEN_ARGS", ".m2/repository"),
    (".nuget/packages", "NUGET_PACKAGES", ".nuget/packages"),
    (".composer/cache", "COMPOSER_CACHE_DIR", ".composer/cache"),
    (".cache/composer", "COMPOSER_CACHE_DIR", ".composer/cache"),
    (".cache/Cypress", "CYPRESS_CACHE_FOLDER", ".cache/Cypress"),
    (".cache/ms-playwright", "PLAYWRIGHT_BROWSERS_PATH", ".cache/ms-playwright"),
    (".ccache", "CCACHE_DIR", ".ccache"),
    (".cache/ccache", "CCACHE_DIR", ".ccache"),
    (".cache/bazel", "TEST_TMPDIR", ".cache/bazel"),
)
_OPTIONS = {"MAVEN_ARGS": "-Dmaven.repo.local="}  # of variables that hold more than a folder
_HOME = re.compile(r"(?:~|\$HOME|\$\{HOME\}|/root|/home/runner)/")


def folder_of(path: str) -> Moved | None:
    """Return where a tool's folder can be inside of the project; None for any other folder."""
    match = _HOME.match(path)
    below = path[match.end() :].rstrip("/") if match else ""
    for known, variable, root in _FOLDERS:
        if below == known or below.startswith(f"{known}/"):
            value = f"{_OPTIONS.get(variable, '')}$CI_PROJECT_DIR/{root}"
            return Moved(variable, value, f"{root}{below[len(known) :]}/")
    return None
