"""Measurements that can be repeated; each prints JSON."""
