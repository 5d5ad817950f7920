"""The names of services, for reader and writer.

https://docs.gitlab.com/ci/services/#accessing-the-services
"""

import re


def host_name(image: str) -> str:
    """Return the name under which a service is reached that has no alias.

    What a variable in it stands for is not known: its own name is taken.
    """
    bare = image.partition("@")[0]
    head, _, last = bare.rpartition("/")
    name = f"{head}/{last.partition(':')[0]}" if head else last.partition(":")[0]
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name.partition(":")[0]).strip("-.") or "service"
