"""The JSON Schema of the IR stands in the package as its classes say it."""

import subprocess
import sys

from conftest import Golden
from oracles import ROOT


def test_the_schema_is_current(golden: Golden) -> None:
    """`--update-golden` writes it anew."""
    # in a process of its own: classes that other tests make are none of the IR
    done = subprocess.run(
        [sys.executable, "-c", _PRINT], capture_output=True, encoding="utf-8", check=True
    )
    golden.file(ROOT / "src/ciconv/ir/schema.json", done.stdout)


_PRINT = """
import msgspec
from ciconv.ir.schema import schema
print(msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode())
"""
