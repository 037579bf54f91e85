"""Public pages of registration: choosing a kind, the form, one's own page behind a mailed link, invitations."""
