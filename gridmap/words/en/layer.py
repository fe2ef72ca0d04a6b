"""Words of the layer registry."""

WORDS = {
    "duplicate_layer": "layer {layer}: declared twice; each layer is one file with a name of its own",
    "unknown_layer": "layer {layer}: unknown; use one of {allowed}",
    "duplicate_field": "layer {layer}, field {field}: the name is taken or reserved; give each field its own name",
    "duplicate_header": "layer {layer}, field {field}: another field already reads the header {header}",
    "key": "layer {layer}: key {key} must be a required public text field of the layer",
    "choices": "layer {layer}, field {field}: a choice lists its allowed values, and only a choice does",
    "style_by": "layer {layer}, style: {field} must be a choice field of the layer",
    "not_allowed": "layer {layer}, {argument}: {value} is unknown; use one of {allowed}",
}
