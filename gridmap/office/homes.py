"""Which layers tell where somebody lives."""

from __future__ import annotations

from gridmap.layer import Layer


def tells_a_home(layer: Layer) -> bool:
    """Return whether the place of a feature is personal: the layer is sensitive, or its address is not public."""
    address = layer.by_name.get("address")
    return layer.sensitive or (address is not None and address.mark != "public")
