"""Addresses of calls, below /en/my/calls/."""

from django.urls import path

from everfair.web.visitor import calls, calls_deeds, stages

_CALL = "<slug:edition>/<slug:code>/"
_STAGE = "of/<slug:edition>/session/<slug:code>/"

urlpatterns = [
    path("of/<slug:edition>/meeting/<slug:code>/", calls_deeds.meeting_call, name="calls.meeting_call"),
    path(
        "of/<slug:edition>/conversation/<slug:code>/",
        calls_deeds.conversation_call,
        name="calls.conversation_call",
    ),
    path(_STAGE + "choose/", stages.stage_choose, name="calls.stage_choose"),
    path(_STAGE + "begin/", stages.stage_begin, name="calls.stage_begin"),
    path(_STAGE + "end/", stages.stage_end, name="calls.stage_end"),
    path(_STAGE + "listen/", stages.stage_listen, name="calls.stage_listen"),
    path(_STAGE + "stop/", stages.stage_stop, name="calls.stage_stop"),
    path(_CALL, calls.call_door, name="calls.call_door"),
    path(_CALL + "guest/<str:token>/", calls.call_guest, name="calls.call_guest"),
    path(_CALL + "room/", calls.call_room, name="calls.call_room"),
    path(_CALL + "over/", calls.call_over, name="calls.call_over"),
    path(_CALL + "documents/<int:pk>/", calls.document_file, name="calls.document_file"),
    path(_CALL + "check/", calls_deeds.line_check, name="calls.line_check"),
    path(_CALL + "seat/", calls_deeds.call_seat, name="calls.call_seat"),
    path(_CALL + "enter/", calls_deeds.call_enter, name="calls.call_enter"),
    path(_CALL + "leave/", calls_deeds.call_leave, name="calls.call_leave"),
    path(_CALL + "end/", calls_deeds.call_end, name="calls.call_end"),
    path(_CALL + "failed/", calls_deeds.call_failed, name="calls.call_failed"),
    path(_CALL + "show/", calls_deeds.person_show, name="calls.person_show"),
    path(_CALL + "record/", calls_deeds.record_agree, name="calls.record_agree"),
    path(_CALL + "notes/", calls_deeds.notes_save, name="calls.notes_save"),
    path(_CALL + "notes/private/", calls_deeds.private_save, name="calls.private_save"),
    path(_CALL + "say/", calls_deeds.message_say, name="calls.message_say"),
    path(_CALL + "documents/", calls_deeds.document_show, name="calls.document_show"),
    path(_CALL + "people/<slug:person>/admit/", calls_deeds.person_admit, name="calls.person_admit"),
    path(_CALL + "people/<slug:person>/refuse/", calls_deeds.person_refuse, name="calls.person_refuse"),
    path(_CALL + "people/<slug:person>/remove/", calls_deeds.person_remove, name="calls.person_remove"),
    path(_CALL + "people/<slug:person>/hush/", calls_deeds.person_hush, name="calls.person_hush"),
    path(_CALL + "ring/answer/", calls_deeds.ring_answer, name="calls.ring_answer"),
    path(_CALL + "ring/decline/", calls_deeds.ring_decline, name="calls.ring_decline"),
    path(_CALL + "ring/give-up/", calls_deeds.ring_give_up, name="calls.ring_give_up"),
]
