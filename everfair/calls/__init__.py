"""Calls (通话): two or more speak over sound and picture; who may, who is in, what is kept. Media flows in `gateways/video`."""
