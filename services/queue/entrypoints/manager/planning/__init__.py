"""The forms by which an office is configured: what stands in them, and the plan that is made of what was written."""
