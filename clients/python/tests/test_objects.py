from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from countersign import AsyncClient, Client, Invalid, NotFound, VersionMoved, api, id_of, models
from countersign.models import AccountEdit, NewAccount, NewRequest, SearchBody
from pydantic import TypeAdapter, ValidationError

from .setting import signed_in, unique

DOCUMENT = json.loads((Path(__file__).parents[3] / "api-spec/openapi.json").read_text())


def test_a_problem_names_each_fault_and_the_request() -> None:
    with signed_in("hal") as hal, pytest.raises(Invalid) as raised:
        hal.send(api.create_request(NewRequest(workflow="expense", form={"amout": 3})))
    error = raised.value
    assert error.kind == "invalid"
    assert error.at("/form/amout")[0].code == "unknown_field"
    assert len(error.at("/form")) > 1
    assert error.request_id in str(error)


def test_problems_come_in_the_language_that_was_asked_for() -> None:
    with signed_in("hal", language="zh-CN") as hal, pytest.raises(NotFound, match="[\u4e00-\u9fff]"):
        hal.send(api.get_user("user_01jc0000000000000000000000"))


def test_every_row_of_a_list_comes_once_whatever_the_pages_hold() -> None:
    with signed_in("ann") as ann:
        everything = [deal.id for deal in ann.each(api.list_deals(limit=200, sort="-amount,id"))]
        assert len(everything) > 6
        assert [deal.id for deal in ann.each(api.list_deals(limit=3, sort="-amount,id"))] == everything
        found = ann.each(api.search_deals(SearchBody(limit=2, sort="-amount,id")))
        assert [deal.id for deal in found] == everything
        page = next(iter(ann.pages(api.list_deals(limit=2, count="exact"))))
        assert page.count == len(everything)


def test_conditions_and_expanded_fields_arrive() -> None:
    with signed_in("ann") as ann:
        for deal in ann.each(api.list_deals(amount={"gte": "1000"}, status="open", expand=["owner", "account"])):
            assert deal.status == "open"
            assert isinstance(deal.account, models.AccountView)
            assert id_of(deal.account).startswith("acct_")


def test_an_update_meets_what_others_wrote_meanwhile() -> None:
    with signed_in("ann") as ann, signed_in("bo") as bo:
        account = ann.send(api.create_account(NewAccount(name=unique("Update"))))
        read = api.get_account(account.id)
        seen: list[int] = []

        def change(current: models.AccountView) -> Any:
            seen.append(current.version)
            if len(seen) == 1:  # Bo writes between Ann's reading and writing.
                bo.send(api.update_account(account.id, AccountEdit(country="DE")), if_match=current)
            return api.update_account(account.id, AccountEdit(domain=f"{(current.country or 'none').lower()}.example"))

        after = ann.update(read, change)
        assert (after.domain, len(seen)) == ("de.example", 2)
        with pytest.raises(VersionMoved):
            ann.send(api.update_account(account.id, AccountEdit(country="FR")), if_match=account)
        # What is not set is not sent; None is sent, and empties.
        after = ann.send(api.update_account(account.id, AccountEdit(country=None)), if_match=after)
        assert (after.domain, after.country) == ("de.example", None)
        assert ann.update(read, lambda _: None) == after


def test_a_rehearsal_writes_nothing() -> None:
    with signed_in("ann") as ann:
        name = unique("Rehearsed")
        assert ann.validate(api.create_account(NewAccount(name=name))).name == name
        assert list(ann.each(api.list_accounts(name=name))) == []


def test_a_file_comes_back_as_it_was_sent(tmp_path: Path) -> None:
    content = unique("grüße,1\n").encode()
    note = tmp_path / "note.txt"
    note.write_bytes(content)
    with signed_in("hal") as hal:
        file = hal.upload(note)
        assert (file.name, file.size) == ("note.txt", len(content))
        assert hal.download(file.id) == content
        hal.save(file.id, tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == content
    assert sorted(one.name for one in tmp_path.iterdir()) == ["again.txt", "note.txt"]


def test_inputs_refuse_slips_and_answers_take_what_is_newer() -> None:
    with pytest.raises(ValidationError, match="extra"):
        NewAccount.model_validate({"name": "x", "colour": "red"})
    money = {"amount": "1.00", "currency": "EUR"}
    assert models.Money.model_validate(money).model_dump() == money
    status: Any = TypeAdapter[Any](models.RequestStatus).validate_python("paused")
    assert status == "paused"


def test_what_is_printed_holds_no_secret() -> None:
    call = api.login(models.Login(email="ann@acme.example", password="countersign-demo"))
    assert "countersign-demo" not in repr(call)
    assert "ann@acme.example" in repr(call)
    assert "csk_" not in repr(models.NewApiKeyView.model_construct(key="csk_nobody"))
    assert call.json()["password"] == "countersign-demo"


def test_the_models_read_every_example_of_the_document() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    read = 0
    for name, schema in schemas.items():
        of = getattr(models, "".join(part[:1].upper() + part[1:] for part in name.split("_")), None)
        for example in schema.get("examples", []) if of is not None else []:
            adapter: TypeAdapter[Any] = TypeAdapter(of)
            value = adapter.validate_python(example)
            shown = adapter.dump_python(value, mode="json", by_alias=True, exclude_unset=True)
            assert _plain(shown) == _plain(example), name
            read += 1
    assert read > 100


def test_both_clients_have_the_same_methods() -> None:
    def methods(client: type) -> dict[str, list[str]]:
        found = inspect.getmembers(client, inspect.isfunction)
        return {name: list(inspect.signature(of).parameters) for name, of in found if not name.startswith("_")}

    assert methods(Client) == methods(AsyncClient)


def test_every_event_type_has_its_class() -> None:
    assert set(models.EVENTS) == set(DOCUMENT["webhooks"])
    assert models.EVENTS["crm.deal.won"] is models.DealEvent


def _plain(value: Any) -> Any:
    """Without what tells equal instants apart: `.000Z` and `Z`."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.replace(".000Z", "Z") if isinstance(value, str) else value
