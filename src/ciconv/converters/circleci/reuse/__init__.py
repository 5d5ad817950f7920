"""What CircleCI works out before a pipeline starts: parameters, commands, executors, orbs.

https://circleci.com/docs/guides/orchestrate/config-templating/
"""
