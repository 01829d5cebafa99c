"""The forms of an import: which files, and how they are read."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import dateformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.api.errors import Refusal
from importing import queries
from importing.queries import Mapping, Table
from pages.forms import PageForm

MAX_FILE_BYTES = 5 * 2**20  # bytes of a file; what is larger is the operator's work
MAX_MINUTES = 24 * 60  # minutes

COLUMN_LABELS = {
    "customer": _("Customer's code"),
    "customer_name": _("Customer's name"),
    "phone": _("Mobile number"),
    "email": _("E-mail"),
    "staff": _("Staff"),
    "service": _("Service"),
    "date": _("Day"),
    "time": _("Time"),
    "start": _("Date and time in one column"),
    "minutes": _("Length"),
    "end": _("End"),
    "price": _("Price"),
    "status": _("Status"),
    "note": _("Note"),
    "id": _("Booking number"),
}
EXAMPLE_FORMATS = {
    "date": "D, M j, Y",
    "time": "g:i A",
    "start": "D, M j, Y, g:i A",
    "end": "g:i A",
}


class CsvField(forms.FileField):
    """A file of a size that is read while one waits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
            error_messages={
                "required": _("Choose a file."),
                "empty": _("This file is empty."),
            },
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile) and (file.size or 0) > MAX_FILE_BYTES:
            raise forms.ValidationError(
                _("This file is larger than 5 MB. Ask your administrator to run import_bookings.")
            )
        return file


class UploadForm(PageForm):
    """The files of the old program."""

    book = CsvField(
        label=_("Bookings"), help_text=_("A CSV file with a line for each booking, old and new.")
    )
    services = CsvField(
        label=_("Services"),
        required=False,
        help_text=_("Optional: code, name, length, price."),
    )
    customers = CsvField(
        label=_("Customers"),
        required=False,
        help_text=_("Optional: code, name, mobile number, e-mail."),
    )


class MappingForm(PageForm):
    """Columns. It opens with what could be found out from the file."""

    minutes = forms.IntegerField(
        label=_("Usual length in minutes"),
        min_value=1,
        max_value=MAX_MINUTES,
        help_text=_("Used where neither the file nor the service gives a length."),
    )
    gap_minutes = forms.IntegerField(
        label=_("Join bookings up to this many minutes apart"),
        min_value=0,
        max_value=MAX_MINUTES,
        help_text=_("Bookings of one customer this close together become one appointment."),
    )
    default_staff = forms.CharField(
        label=_("Staff member for bookings without one"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    skip_staff = forms.CharField(
        label=_("Skip the bookings of"),
        required=False,
        help_text=_("Names that are not staff members, such as HOUSE. Separate them with commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    confirm = forms.BooleanField(
        label=_("Text a confirmation of every upcoming appointment now"), required=False
    )

    def __init__(self, table: Table, data: Any) -> None:
        super().__init__(data)
        headers = [(header, header) for header in table.headers if header]
        for word, label in COLUMN_LABELS.items():
            self.fields[f"column_{word}"] = forms.ChoiceField(
                label=label, choices=[("", _("not in the file")), *headers], required=False
            )
        for word in queries.FORMATS:
            header = data.get(f"column_{word}", "")
            if header and header in table.headers:
                self.fields[f"{word}_format"] = build_format_field(
                    word, queries.read_sample_cells(table, header)
                )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{word}"] for word in COLUMN_LABELS]

    @property
    def format_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.endswith("_format")]

    def mapping(self) -> Mapping:
        """What the form says; call it when the form is valid."""
        values = self.cleaned_data
        return Mapping(
            columns={word: values[f"column_{word}"] for word in COLUMN_LABELS},
            minutes=values["minutes"],
            gap_minutes=values["gap_minutes"],
            default_staff=values["default_staff"],
            skip_staff=[name.strip() for name in values["skip_staff"].split(",") if name.strip()],
            **{name: values[name] for name in values if name.endswith("_format")},
        )

    def add_refusal(self, refusal: Refusal) -> None:
        """Put the sentences of a refusal beside their fields, or above the form."""
        for name, sentences in (refusal.errors or {"": [refusal.detail]}).items():
            self.add_error(name if name in self.fields else None, sentences)


def detect_initial_mapping(table: Table) -> dict[str, Any]:
    """What MappingForm opens with: the columns, and the formats where they are clear."""
    columns = queries.detect_book_columns(Mapping(), table)
    values: dict[str, Any] = {f"column_{word}": header for word, header in columns.items()}
    for word in queries.FORMATS:
        if word in columns:
            values[f"{word}_format"] = detect_clear_format(
                word, queries.read_sample_cells(table, columns[word])
            )
    return values | {"minutes": 30, "gap_minutes": 30}


def detect_clear_format(word: str, texts: list[str]) -> str:
    """The format of a column, or "" where it has to be asked for."""
    try:
        return queries.detect_format(word, texts)
    except Refusal:
        return ""


def build_format_field(word: str, texts: list[str]) -> forms.CharField:
    """The ways in which a column can be read, shown by what the first line means then.

    A choice that another column had is no mistake: it is found out anew.
    """
    choices = {
        reading.form: format_example(word, texts, reading)
        for reading in queries.find_matching_formats(word, texts)
    }

    class Format(forms.CharField):
        def clean(self, value: Any) -> str:
            return value if value in choices else ""

    return Format(
        label=_("Format of “%(column)s”") % {"column": COLUMN_LABELS[word]},
        required=False,
        widget=forms.Select(choices=[("", _("detect automatically")), *choices.items()]),
    )


def format_example(word: str, texts: list[str], reading: queries.FormatMatch) -> str:
    """“04/05/2018” is Apr 5, 2018"""
    filled = [text for text in texts if text]
    for text, moment in zip(filled, reading.moments, strict=True):
        if moment is not None:
            meaning = dateformat.format(moment, EXAMPLE_FORMATS[word])
            return gettext("“%(text)s” is %(meaning)s") % {"text": text, "meaning": meaning}
    return reading.form
