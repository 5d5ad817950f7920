"""The JSON Schema of the IR stands in the package as its classes say it."""

import msgspec

from ciconv.ir.schema import schema
from conftest import Golden
from oracles import ROOT


def test_the_schema_is_current(golden: Golden) -> None:
    """`--update-golden` writes it anew."""
    text = msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode()
    golden.file(ROOT / "src/ciconv/ir/schema.json", text + "\n")
