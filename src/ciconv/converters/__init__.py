"""The formats: each a folder of its own that ends in a card called FORMAT."""

# the one list of formats; each is imported when it is asked for
BUILT_IN = ("github", "gitlab", "circleci", "jenkins", "nixactions")
