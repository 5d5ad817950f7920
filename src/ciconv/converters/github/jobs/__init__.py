"""`jobs`: jobs, calls of other workflows, and what they run on.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobs
"""
