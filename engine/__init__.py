"""Liangfa: a rules engine for discretionary administrative penalties (行政处罚裁量)."""

__version__ = "0.1.0"
