from django.urls import path

from callcenter_jobs.local import views

app_name = "mailbox"
urlpatterns = [
    path("", views.mail_list, name="list"),
    path("delete/", views.delete_all, name="delete_all"),
    path("<str:relay_id>/", views.mail, name="mail"),
    path("<str:relay_id>/html/", views.mail_html, name="html"),
    path("<str:relay_id>/source/", views.mail_source, name="source"),
    path("<str:relay_id>/attachment/<int:number>/", views.attachment, name="attachment"),
]
