"""Words of the wall around what lies in a scope."""

from __future__ import annotations

WORDS = {
    "out_of_scope": "不予办理：其中有内容不在该账号负责的范围内，或无法按原样保存。请由负责全辖区的账号办理。",
}
