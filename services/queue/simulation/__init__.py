"""Made-up days of an office that nobody has described to the learner, and the record of a day, made up or real.

Everything follows from a seed.
"""
