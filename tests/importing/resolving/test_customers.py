"""Customers of the old book: found again by their code, never doubled, never overwritten."""

import pytest

from customer.models import Customer
from customer.queries import search_customers

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = "code,name,phone,email"


def found():
    fields = ("external_id", "full_name", "phone_number", "email")
    rows = Customer.objects.order_by("external_id").values_list(*fields)
    return [tuple(str(value) for value in row) for row in rows]


def test_a_customers_file_gives_names_and_numbers_also_of_those_without_a_booking(
    book, write, take, soon
):
    path = write("c.csv", CUSTOMERS, "ANN01,Ann Lee,212 555 0101,A@x.example", "BOB01,Bob,,")
    result = take(book(f"ANN01,,,Kim,Cut,{soon},9:00"), customers=path)
    assert found() == [
        ("ANN01", "Ann Lee", "+12125550101", "a@x.example"),
        ("BOB01", "Bob", "", ""),
    ]
    assert (result.customers.taken, result.new_customers) == (2, 2)


def test_numbers_without_a_country_lie_where_the_mapping_says(book, take, soon):
    take(book(f"ANN01,Ann,020 7946 0123,Kim,Cut,{soon},9:00"), country="GB")
    assert found()[0][2] == "+442079460123"


def test_a_number_that_a_spreadsheet_took_for_an_amount_is_read(book, take, soon):
    take(book(f"ANN01,Ann,2125550101.0,Kim,Cut,{soon},9:00"))
    assert found()[0][2] == "+12125550101"


def test_what_was_blank_is_filled_later_and_nothing_is_overwritten(book, write, take, soon):
    take(book(f"ANN01,,,Kim,Cut,{soon},9:00", f"BOB01,Bob,,Kim,Cut,{soon},10:00"))
    path = write("c.csv", CUSTOMERS, "ANN01,Ann,2125550101,", "BOB01,Robert,2125550102,")
    result = take(book(f"ANN01,,,Kim,Cut,{soon},9:00"), customers=path)
    assert found() == [("ANN01", "Ann", "+12125550101", ""), ("BOB01", "Bob", "+12125550102", "")]
    assert [one.external_id for one in search_customers(Customer.objects.all(), "ann")] == ["ANN01"]
    assert result.new_customers == 0


def test_without_a_code_the_name_with_its_number_is_the_customer(write, take, soon):
    lines = (
        f"Ann Lee,2125550101,Kim,{soon},9:00",
        f"ANN LEE,(212) 555-0101,Kim,{soon},11:00",
        f"Bea Lee,2125550101,Kim,{soon},13:00",
    )
    path = write("book.csv", "Client,Mobile,Stylist,Date,Time", *lines)
    assert take(path).new_customers == 2
    assert take(path).book.known == 3
    assert Customer.objects.count() == 2


def test_the_same_code_in_another_salon_is_another_customer(barber, book, take, soon):
    Customer.objects.create(salon=barber, external_id="ANN01", full_name="Theirs")
    assert take(book(f"ANN01,Ann,,Kim,Cut,{soon},9:00")).new_customers == 1


def test_a_customer_without_a_name_goes_by_the_code_and_is_found_by_it(salon, book, take, soon):
    take(book(f"ANN01,,,Kim,Cut,{soon},9:00"))
    ann = Customer.objects.get()
    assert (str(ann), ann.text_name) == ("ANN01", "Customer")
    assert list(search_customers(Customer.objects.all(), "ann0")) == [ann]


def test_bad_lines_of_the_customers_file_are_listed(book, write, take, soon):
    path = write("c.csv", CUSTOMERS, ",,,", ",,,x@y.example", "ANN01,Ann,12,no address")
    result = take(book(f"ANN01,,,Kim,Cut,{soon},9:00"), customers=path)
    assert result.customers.to_look_at == {
        3: "no customer",
        4: "taken without its phone number, which nobody can dial;"
        " taken without its e-mail, which is no address",
    }
    assert not result.is_clean
