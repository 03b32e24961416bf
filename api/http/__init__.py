"""The HTTP door: FastAPI routes over the engine and the store."""
