"""What goes in and out, typed, with examples.

A case and a result keep to schemas/case.schema.json and schemas/result.schema.json; here they
stand by name only (see contract.py).
"""
