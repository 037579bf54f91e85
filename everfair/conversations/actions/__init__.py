"""What people do in conversations: one function per thing. Rights are asked in access, before."""
