"""What people do with leads: take, note, settle, share, withdraw, ask their own questions; and erasing in time."""

from everfair.leads.actions.erasing import erase_expired, tell_visitors
from everfair.leads.actions.noting import save_lead, settle_scan
from everfair.leads.actions.questions import move_question, retire_question, save_question
from everfair.leads.actions.sharing import share_contact, withdraw_lead
from everfair.leads.actions.taking import Taken, take_lead

__all__ = [
    "Taken",
    "erase_expired",
    "move_question",
    "retire_question",
    "save_lead",
    "save_question",
    "settle_scan",
    "share_contact",
    "take_lead",
    "tell_visitors",
    "withdraw_lead",
]
