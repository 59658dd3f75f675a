"""The draw that lets lists be measured: what it is, where a manager pauses it, and why agents leave a drawn firm aside."""
