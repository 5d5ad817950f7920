"""Jenkins' own rules for declarative pipelines, as far as the file alone shows them.

https://www.jenkins.io/doc/book/pipeline/syntax/
"""
