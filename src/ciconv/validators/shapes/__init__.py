"""The structure of pipeline files: tables of what may stand where, and the walk that checks it."""
