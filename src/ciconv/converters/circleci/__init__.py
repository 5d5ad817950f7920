"""CircleCI: `.circleci/config.yml`."""

from ciconv.converters.circleci.profile import PROFILE
from ciconv.converters.format import Format, late

FORMAT = Format(
    name="circleci",
    title="CircleCI",
    paths=(".circleci/*.yml", ".circleci/*.yaml"),
    signs=(r"(?m)^version[ ]*:", r"(?m)^(?:jobs|workflows|orbs)[ ]*:"),
    profile=PROFILE,
    read=late("ciconv.converters.circleci.document.read", "read_project"),
    write=late("ciconv.converters.circleci.document.write", "write_project"),
)
