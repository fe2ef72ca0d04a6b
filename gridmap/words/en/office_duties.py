"""Words about the errands of duties."""

WORDS = {
    "unknown_duty": "{duty} is no duty in force on {on}; use one of {allowed}",
    "no_subject": "{duty} has no subject {subject}; see `gridmap duties --duty {duty}`",
    "exempt_reason": "say why; give a reason",
    "exempt_days": "the exemption would end on {end}, before it begins on {begin}; give a later day",
    "duty_file": "{file} is no TOML file: {why}",
    "duty_file_size": "{file} is larger than {most} bytes; a rule is a page",
    "no_duty_file": "there is no file {file}",
}
