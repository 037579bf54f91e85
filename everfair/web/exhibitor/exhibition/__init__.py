"""Pages of a booth's own desk. Each view: object through access, form, one action or query, answer."""
