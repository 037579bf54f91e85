"""What people do in the outcomes room: one function per thing. Rights are asked in access, before."""
