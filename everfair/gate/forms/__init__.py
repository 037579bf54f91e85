"""Input to the gate made clean: what people type about zones and devices, what devices send about scans."""
