"""The analyses of GitLab's configurations that several rules share."""

from ciconv.validators.gitlab.config import Config, configs

__all__ = ["Config", "configs"]
