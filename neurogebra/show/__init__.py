"""Expressions as people read them: texts to learn from and tables to choose by.

What is shown comes from the entry and from the expression itself, so that an explanation cannot say what a
value contradicts. Nothing here computes: the mathematics is asked of the expression.
"""
