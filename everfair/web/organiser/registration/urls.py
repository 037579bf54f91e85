"""Addresses of registration at an edition's desk."""

from django.urls import path

from everfair.web.organiser.registration import duplicates, invitations, kinds, lists, people, table

urlpatterns = [
    path("registrations/", table.registration_list, name="registration.registration_list"),
    path("registrations/change/", table.registration_change, name="registration.registration_change"),
    path("registrations/undo/<slug:key>/", table.registration_undo, name="registration.registration_undo"),
    path("registrations.csv", table.registration_csv, name="registration.registration_csv"),
    path("registrations.xlsx", table.registration_xlsx, name="registration.registration_xlsx"),
    path(
        "registrations/as/<slug:kind>/", people.registration_create, name="registration.registration_create"
    ),
    path("registrations/<slug:code>/", people.registration_show, name="registration.registration_show"),
    path("registrations/<slug:code>/edit/", people.registration_edit, name="registration.registration_edit"),
    path(
        "registrations/<slug:code>/decide/",
        people.registration_decide,
        name="registration.registration_decide",
    ),
    path(
        "registrations/<slug:code>/letter/",
        people.registration_letter,
        name="registration.registration_letter",
    ),
    path("badge-kinds/", kinds.badge_kind_list, name="registration.badge_kind_list"),
    path("badge-kinds/<slug:kind>/", kinds.badge_kind_edit, name="registration.badge_kind_edit"),
    path(
        "badge-kinds/<slug:kind>/questions/<slug:code>/",
        kinds.badge_question_edit,
        name="registration.badge_question_edit",
    ),
    path(
        "badge-kinds/<slug:kind>/questions/<slug:code>/move/",
        kinds.badge_question_move,
        name="registration.badge_question_move",
    ),
    path(
        "badge-kinds/<slug:kind>/questions/<slug:code>/remove/",
        kinds.badge_question_remove,
        name="registration.badge_question_remove",
    ),
    path("invitations/", invitations.invitation_list, name="registration.invitation_list"),
    path("invitations/new/", invitations.invitation_create, name="registration.invitation_create"),
    path("invitations/<int:pk>/again/", invitations.invitation_resend, name="registration.invitation_resend"),
    path(
        "invitations/<int:pk>/withdraw/",
        invitations.invitation_withdraw,
        name="registration.invitation_withdraw",
    ),
    path("duplicates/", duplicates.duplicate_list, name="registration.duplicate_list"),
    path("duplicates/find/", duplicates.duplicate_find, name="registration.duplicate_find"),
    path("duplicates/<int:pk>/", duplicates.duplicate_show, name="registration.duplicate_show"),
    path("duplicates/<int:pk>/decide/", duplicates.duplicate_decide, name="registration.duplicate_decide"),
    path("duplicates/<int:pk>/undo/", duplicates.duplicate_undo, name="registration.duplicate_undo"),
    path("lists/", lists.list_list, name="registration.list_list"),
    path("lists/new/", lists.list_create, name="registration.list_create"),
    path("lists/<int:pk>/", lists.list_show, name="registration.list_show"),
    path("lists/<int:pk>/columns/", lists.list_map, name="registration.list_map"),
    path("lists/<int:pk>/progress.json", lists.list_progress, name="registration.list_progress"),
    path("lists/<int:pk>/problems.csv", lists.list_problems, name="registration.list_problems"),
    path("lists/<int:pk>/apply/", lists.list_apply, name="registration.list_apply"),
    path("lists/<int:pk>/carry-on/", lists.list_carry_on, name="registration.list_carry_on"),
    path("lists/<int:pk>/stop/", lists.list_stop, name="registration.list_stop"),
    path("lists/<int:pk>/clear/", lists.list_clear, name="registration.list_clear"),
]
