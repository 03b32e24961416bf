"""Speed beside a peer, in the same process and run; `make bench` or `python -m bench`."""
