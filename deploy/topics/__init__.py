"""The topics: declared in `deploy/topics.toml`, compared with a broker, applied."""
