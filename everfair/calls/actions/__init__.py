"""What people do: one function per thing. Rights are asked in access, before."""
