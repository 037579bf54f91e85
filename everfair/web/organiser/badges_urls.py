"""Addresses of the badges' desk, below an edition's desk: badges/…"""

from django.urls import URLPattern, URLResolver, path

from everfair.web.organiser import badge_batches, badges

urlpatterns: list[URLPattern | URLResolver] = [
    path("", badges.badge_list, name="registration.badge_list"),
    path("table.csv", badges.badge_csv, name="registration.badge_csv"),
    path("table.xlsx", badges.badge_xlsx, name="registration.badge_xlsx"),
    path("renew/", badges.badge_renew, name="registration.badge_renew"),
    path("batches/", badge_batches.batch_list, name="registration.batch_list"),
    path("batches/new/", badge_batches.batch_create, name="registration.batch_create"),
    path("batches/<int:pk>/", badge_batches.batch_show, name="registration.batch_show"),
    path("batches/<int:pk>/progress/", badge_batches.batch_progress, name="registration.batch_progress"),
    path("batches/<int:pk>/file/", badge_batches.batch_file, name="registration.batch_file"),
    path("batches/<int:pk>/carry-on/", badge_batches.batch_carry_on, name="registration.batch_carry_on"),
    path("batches/<int:pk>/remove/", badge_batches.batch_remove, name="registration.batch_remove"),
    path("keys/", badge_batches.key_list, name="registration.key_list"),
    path("keys/rotate/", badge_batches.key_rotate, name="registration.key_rotate"),
    path("keys/<int:number>/distrust/", badge_batches.key_distrust, name="registration.key_distrust"),
    path("of/<slug:code>/", badges.badge_show, name="registration.badge_show"),
    path("of/<slug:code>/issue/", badges.badge_issue, name="registration.badge_issue"),
    path("of/<slug:code>/again/", badges.badge_reissue, name="registration.badge_reissue"),
    path("of/<slug:code>/void/", badges.badge_void, name="registration.badge_void"),
    path("of/<slug:code>/badge.pdf", badges.badge_pdf, name="registration.badge_pdf"),
]
