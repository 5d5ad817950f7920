"""GitHub Actions: `.github/workflows/*.yml`."""

from ciconv.converters.format import Format, late
from ciconv.converters.github.profile import PROFILE

FORMAT = Format(
    name="github",
    title="GitHub Actions",
    aliases=("gha",),
    paths=(".github/workflows/*.yml", ".github/workflows/*.yaml"),
    signs=(r"""(?m)^(?:on|'on'|"on")[ ]*:""", r"(?m)^jobs[ ]*:"),
    profile=PROFILE,
    read=late("ciconv.converters.github.document", "read_project"),
    write=late("ciconv.converters.github.document", "write_project"),
)
