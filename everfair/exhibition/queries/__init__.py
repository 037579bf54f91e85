"""Every read of the exhibition room that is used twice or longer than a line. No writes."""
