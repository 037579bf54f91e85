"""Tables of the conversations room."""

from everfair.conversations.models.manners import (
    REPORT_STEPS,
    SHORTEST_KEPT,
    Answered,
    AwayNote,
    Block,
    HelpDeskMember,
    Report,
    Silenced,
    TalkRules,
)
from everfair.conversations.models.talk import (
    CONVERSATION_STEPS,
    Conversation,
    Message,
    MessageFile,
    Party,
    ReadMark,
)

__all__ = [
    "CONVERSATION_STEPS", "REPORT_STEPS", "SHORTEST_KEPT", "Answered", "AwayNote", "Block", "Conversation", "HelpDeskMember", "Message",
    "MessageFile", "Party", "ReadMark", "Report", "Silenced", "TalkRules",
]  # fmt: skip
