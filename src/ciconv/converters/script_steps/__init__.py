"""Steps in systems whose unit is a shell script: what those have no keys for goes into the script.

`wrap` turns the steps of a job into steps that a shell system can have: conditions, tolerated
failures, outputs and the like that it has no key for are shell around the user's text. `unwrap`
recognises exactly what `wrap` writes, and gives the steps back; everything else stays as it is.
"""
