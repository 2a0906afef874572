"""Reference pages made from the code: commands, rules, metrics, error codes.

`python -m comity.edges.cli.reference docs/reference` writes them anew; a test compares.
"""
