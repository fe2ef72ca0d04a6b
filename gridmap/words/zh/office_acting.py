"""Words of the errands that take steps upon what was seen."""

WORDS = {"event_differs": "事件 {event} 已作为其他内容保存；请为每个步骤新建 UUID"}
