"""The sample fair, made through the rooms' own actions as people would make it, and catalogues of any size for measuring."""
