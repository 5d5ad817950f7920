"""The formats: each a folder of its own that ends in a card called FORMAT."""

BUILT_IN = ("github", "nixactions")  # the one list of formats; each is imported when it is asked for
