"""Pagination of lists."""

import re

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class BoundedPagination(PageNumberPagination):
    """Pages as {count, next, previous, results}; `?page_size=` is 200 at most."""

    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int | None:
        text = request.query_params.get(self.page_size_query_param, "")
        if text and not re.fullmatch("[1-9][0-9]{0,8}", text):
            sentence = _("Give a whole number from 1 to %(most)d.") % {"most": self.max_page_size}
            raise serializers.ValidationError({self.page_size_query_param: [sentence]})
        return super().get_page_size(request)
