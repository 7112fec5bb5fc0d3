"""The operations of the Partner API, one module per resource."""
