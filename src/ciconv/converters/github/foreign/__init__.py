"""What other systems have and GitHub has not: said in its words, or reported.

Workflows of GitHub itself never come here.
"""
