"""`on:` and what belongs to it: events, filters, schedules, inputs, outputs, secrets.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#on
"""
