"""Files of evidence: what they are by their content, where they are kept, and how they get there and out again.

Nothing in here knows the bus, the domain or the web. What hostile people may send is opened by `media` alone, in a
process of its own that can be killed and reaches nothing.
"""
