"""Names of expressions as GitHub writes them."""


class Native:
    """Names as GitHub writes them: nothing is made canonical."""

    def canonical_name(self, format: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return None: every name stays what it is."""
        return None

    def native_name(self, format: str, canonical: tuple[str, ...]) -> str | None:
        """Return None: there are no canonical names."""
        return None
