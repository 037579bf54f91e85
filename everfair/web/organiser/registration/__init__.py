"""The organiser's pages of registration: table, people, kinds with their rules, invitations, lists, duplicates."""
