"""What our pages borrow from others is exactly what was fetched, with its licence, without crown, font or address."""

import gzip
import json
import re
from pathlib import Path

import pytest

from deploy import vendor

STATIC = vendor.VENDOR.parent


def test_every_borrowed_file_is_as_it_was_fetched() -> None:
    assert vendor.faults() == []


def test_a_borrowed_file_that_somebody_changed_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "vendor"
    for path in (path for path in vendor.VENDOR.rglob("*") if path.is_file()):
        target = copy / path.relative_to(vendor.VENDOR)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    monkeypatch.setattr(vendor, "VENDOR", copy)
    monkeypatch.setattr(vendor, "LOCK", copy / "vendor.lock")
    assert vendor.faults() == []
    with (copy / "idb@8.0.4" / "umd.js").open("a") as script:
        script.write("alert(1)")
    (copy / "stray.js").write_text("")
    assert vendor.faults() == ["idb@8.0.4/umd.js differs from vendor.lock", "stray.js is not in vendor.lock"]


def test_the_lock_names_packages_and_hashes_but_no_address() -> None:
    text = vendor.LOCK.read_text()
    assert "http" not in text
    for package in json.loads(text):
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package["integrity"])
        assert "LICENSE.txt" in package["files"]


def test_our_styles_hold_no_crown_no_licensed_font_and_fetch_nothing_from_elsewhere() -> None:
    for sheet in STATIC.rglob("*.css"):
        css = sheet.read_text(encoding="utf-8")
        assert "GDS Transport" not in css
        assert "@font-face" not in css
        assert "crest" not in css
        for address in re.findall(r"url\(([^)]*)\)", css):
            assert address.startswith(("images/", "#")), f"{sheet.name} fetches {address}"


def test_taking_the_crown_and_the_font_out_leaves_the_rest_of_the_styles() -> None:
    css = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}"
        ".a{font-family:GDS Transport,arial,sans-serif;color:red}"
        ".b:before{background-image:url(/assets/images/govuk-crest.svg);width:1px}"
        ".b{-webkit-mask-image:url(/assets/images/govuk-crest.svg);mask-image:url(/assets/images/govuk-crest.svg)}"
    )
    assert vendor.without_crown_and_font(css).strip() == (
        ".a{font-family:arial,sans-serif;color:red}.b:before{width:1px}.b{}"
    )


def test_a_page_sends_less_than_50_kilobytes_of_styles_and_scripts_packed_as_they_travel() -> None:
    sent = [
        STATIC / "vendor/govuk-frontend@6.3.0/govuk-frontend.min.css",
        STATIC / "vendor/govuk-frontend@6.3.0/govuk-frontend.min.js",
        *(STATIC / "css").glob("*.css"),
        *(STATIC / "js").glob("*.js"),
    ]
    assert sum(len(gzip.compress(path.read_bytes())) for path in sent) < 50_000
