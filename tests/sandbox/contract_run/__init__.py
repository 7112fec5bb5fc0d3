"""A property-based run over the whole OpenAPI document, and the long one of `make fuzz`."""
