"""Methods: one metric by address, and the basics."""

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_methods_opens_at_the_metric_that_the_address_names(filled: Fake, open_page: Opener) -> None:
    at = open_page("methods", {"metric": "recall"})
    assert not errors_of(at)
    assert at.subheader[0].value == "Recall" and len(at.subheader) == 2
    at.button_group(key="part").set_value("basics").run()
    assert "paired difference" in words_of(at)


def test_a_metric_that_is_not_there_is_said(filled: Fake, open_page: Opener) -> None:
    assert "There is no metric named 'recal'. Did you mean 'recall'?" in errors_of(open_page("methods", {"metric": "recal"}))[0].replace(
        "**", ""
    ).replace("\n\n", " ")


def test_filters_have_their_entries_and_the_address_names_one(filled: Fake, open_page: Opener) -> None:
    at = open_page("methods", {"filter": "cap_per_patient"})
    assert not errors_of(at)
    assert at.subheader[0].value == "Cap per patient" and len(at.subheader) == len(api.filters())
    assert "Images a training patient, whole, from 1 to 10,000, usually 5" in words_of(at)
    assert "no filter named 'cap'" in errors_of(open_page("methods", {"filter": "cap"}))[0].replace("**", "")


def test_attacks_have_their_entries_and_the_address_names_one(filled: Fake, open_page: Opener) -> None:
    at = open_page("methods", {"attack": "clid"})
    assert not errors_of(at) and at.subheader[0].value == "CLiD, untuned"
