"""The sections of a desk's plan, and what changes from one plan to another."""
