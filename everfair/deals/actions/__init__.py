"""What people do in the deals room: one function per thing. Rights are asked in access, before."""
