"""What people do in the agreements room: one function per thing. Rights are asked in access, before."""
