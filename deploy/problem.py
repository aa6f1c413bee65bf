"""What went wrong, for the person at the terminal."""


class Problem(Exception):
    """Something that its reader can mend. Shown as one line, without a traceback."""
