"""Paste anything: what is understood, where it leads, and what it says when it leads nowhere."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.finders import Found, find, ids_in, looks_like
from dashboard.models import Staff
from layers.mirror import scopes
from layers.mirror.models import Scope
from layers.outbox.models import Command
from tests import factories

UUID = "b41f0c9e-6d52-4f7a-9a3e-2c8d17e5f0a4"
KEY = "lp_live_ABCDEFGH12345678_this-is-the-secret-part-of-a-real-key"


class TestIds:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (UUID, [UUID]),
            (f"see org_{UUID}, thanks.", [f"org_{UUID}"]),
            ("job_01J0DDDDDDDDDDDDDDDDDDDDDD failed", ["job_01J0DDDDDDDDDDDDDDDDDDDDDD"]),
            (f"https://media.layers.com/o/{UUID}/slide-1.png", [UUID]),
            (f'{{"verdictId": "{UUID}", "requestId":"req_01HX9Q4D7TWMB3Z8KCEY"}}', [UUID, "req_01HX9Q4D7TWMB3Z8KCEY"]),
            (f"{UUID} and again {UUID}", [UUID]),
            ("the daily_budget of utm_campaign is user_agent", []),
            ("", []),
            (KEY, []),
        ],
    )
    def test_each_id_of_a_text_once(self, text: str, expected: list[str]) -> None:
        assert ids_in(text) == expected

    def test_a_log_is_read_up_to_a_limit(self) -> None:
        assert len(ids_in(" ".join(f"req_{n:026d}" for n in range(500)))) == 20

    @pytest.mark.parametrize(
        ("identifier", "expected"), [("pa_1", "a pending ad action"), ("XYZ_1", "an id we do not know")]
    )
    def test_a_prefix_hints_at_the_kind(self, identifier: str, expected: str) -> None:
        assert looks_like(identifier) == expected


@pytest.fixture
def everything(db: None) -> dict[str, Any]:
    """One row of each kind, all of Luma Language."""
    customer = factories.customer(name="Luma Language", id=f"org_{UUID}")
    project = factories.project(customer, name="Luma Travel")
    campaign = factories.campaign(project, name="Spark ads")
    action = factories.action(campaign, entity_id="adg_01HX9Q4D7T", entity_name="Broad")
    return {
        "customer": customer,
        "project": project,
        "campaign": campaign,
        "action": action,
        "container": factories.container(project, hook="Say it\\nout loud"),
        "ledger": factories.ledger_event(customer, transfer_id="txn_01HX9Q4D7T", workflow_id="job_01HX9Q4D7T"),
        "event": factories.audit_event(customer, verdict_id="ver_01HX9Q4D7T", api_key_id="key_01HX9Q4D7T"),
    }


@pytest.fixture
def admin(db: None) -> Staff:
    return factories.staff("Admin")


def kinds(found: Found) -> list[str]:
    return [hit.kind for hit in found.hits]


@pytest.mark.parametrize(
    ("name", "attribute", "kind", "address"),
    [
        ("customer", "id", "customer", "/customers/"),
        ("project", "id", "project", "/customers/projects/"),
        ("campaign", "id", "campaign", "/ads/?campaign="),
        ("action", "id", "pending action", "/ads/actions/"),
        ("action", "entity_id", "action about it", "/ads/actions/"),
        ("container", "id", "container", "/review/"),
        ("ledger", "id", "ledger row", "/ledger/?row="),
        ("ledger", "transfer_id", "transfer", "/ledger/?row="),
        ("ledger", "workflow_id", "job", "/ledger/?row="),
        ("event", "id", "audit event", "/customers/audit/"),
        ("event", "verdict_id", "verdict", "/ads/verdicts/"),
        ("event", "request_id", "request", "/customers/audit/"),
        ("event", "api_key_id", "key", "/customers/audit/?key="),
    ],
)
def test_an_id_of_each_kind_lands_on_its_object(
    admin: Staff, everything: dict[str, Any], name: str, attribute: str, kind: str, address: str
) -> None:
    identifier = getattr(everything[name], attribute)
    found = find(f"  {identifier} ", admin)
    assert kinds(found) == [kind]
    assert address in found.hits[0].url
    assert found.hits[0].by == identifier
    assert found.missing == []


def test_a_bare_uuid_finds_what_has_it_behind_a_prefix(admin: Staff, everything: dict[str, Any]) -> None:
    found = find(UUID.upper(), admin)
    assert [hit.title for hit in found.hits] == ["Luma Language"]
    assert found.missing == []


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("Reviewer", {"container"}),
        ("Finance", {"customer", "project", "ledger row"}),
        ("Ads manager", {"customer", "project", "ledger row", "campaign", "pending action", "verdict"}),
        ("Support", {"customer", "project", "ledger row", "campaign", "pending action", "verdict", "container"}),
        ("", set()),
    ],
)
def test_nobody_finds_what_they_may_not_see(everything: dict[str, Any], role: str, seen: set[str]) -> None:
    ids = [row.id for name, row in everything.items() if name != "event"] + [everything["event"].verdict_id]
    assert set(kinds(find(" ".join(ids), factories.staff(role)))) == seen


def test_a_command_is_found_by_whoever_may_see_its_kind(admin: Staff, everything: dict[str, Any]) -> None:
    from ads.commands import approve

    owner = factories.staff("Ads manager")
    command = approve(owner, everything["action"])
    Command.objects.update(request_id="req_01HX9Q4D7T")
    for text in (str(command.id), "req_01HX9Q4D7T"):
        assert "command" in kinds(find(text, owner))
        assert "command" in kinds(find(text, admin))
        assert "command" in kinds(find(text, factories.staff("Ads manager")))  # may decide on such actions too
        assert "command" not in kinds(find(text, factories.staff("Reviewer")))


class TestNames:
    @pytest.mark.parametrize("text", ["luma", "LUMA LANG", "travel"])
    def test_a_part_of_a_name_is_enough(self, admin: Staff, everything: dict[str, Any], text: str) -> None:
        found = find(text, admin)
        assert found.hits
        assert not any(hit.exact for hit in found.hits)

    def test_those_who_may_not_see_customers_find_none(self, everything: dict[str, Any]) -> None:
        assert find("luma", factories.staff("Reviewer")).hits == []

    @pytest.mark.parametrize("text", ["", " ", "l", "\x00", "%", "'; --", "l" * 60_000, "\\", "🎺", "_" * 50, "-" * 40])
    def test_strange_text_finds_nothing_and_breaks_nothing(self, admin: Staff, text: str) -> None:
        assert find(text, admin).hits == []


class TestPage:
    @pytest.fixture
    def support(self, signed_in: Any) -> Client:
        return signed_in("Support")

    def mail(self, everything: dict[str, Any]) -> str:
        return (
            f"""Hello,
our change did not go live: verdict {everything["event"].verdict_id},
request {everything["event"].request_id}. Action {everything["action"].id} in {everything["campaign"].id}?
The log says prj_0000000000000000. Regards, Luma"""
            + "\n> quoted" * 2_000
        )

    def test_a_whole_mail_leads_to_the_address_of_its_ids(self, support: Client, everything: dict[str, Any]) -> None:
        response = support.post(reverse("search"), {"q": self.mail(everything)}, follow=True)
        assert len(response.redirect_chain[0][0]) < 500
        found = response.context["found"]
        assert len(found.ids) == 5
        assert kinds(found) == ["verdict", "pending action", "campaign", "request"]
        assert found.missing == [("prj_0000000000000000", "a project")]
        assert "That holds <b>5 ids</b>; 1 of them led nowhere." in response.content.decode()

    def test_a_single_id_is_opened_at_once(self, support: Client, everything: dict[str, Any]) -> None:
        verdict = everything["event"].verdict_id
        assert support.get(reverse("search"), {"q": verdict}).headers["Location"] == reverse(
            "ads:verdict", args=[verdict]
        )

    def test_a_job_with_several_rows_is_not_guessed(self, support: Client, everything: dict[str, Any]) -> None:
        factories.ledger_event(everything["customer"], workflow_id="job_01HX9Q4D7T")
        assert support.get(reverse("search"), {"q": "job_01HX9Q4D7T"}).status_code == 200

    def test_the_palette_gets_a_fragment(self, support: Client, everything: dict[str, Any]) -> None:
        response = support.post(reverse("search"), {"q": self.mail(everything)}, headers={"HX-Request": "true"})
        page = response.content.decode()
        assert "<html" not in page
        assert reverse("ads:action", args=[everything["action"].id]) in page

    def test_what_is_not_here_says_what_was_searched_and_how_old_the_copy_is(self, support: Client) -> None:
        page = support.get(reverse("search"), {"q": "txn_00000000"}).content.decode()
        assert "Looks like a transfer." in page
        assert "Our first copy is still being made" in page
        scopes.follow("audit", ["org_1"])
        Scope.objects.update(synced_at=factories.ago(minutes=2))
        scopes.sum_up()
        page = support.get(reverse("search"), {"q": "txn_00000000"}).content.decode()
        assert "Our copy is complete up to" in page
        assert "2 min ago" in page

    def test_nothing_with_such_a_name(self, support: Client) -> None:
        assert "Nothing has this name or id" in support.get(reverse("search"), {"q": "zzz"}).content.decode()

    def test_an_empty_search_is_the_bare_field(self, support: Client) -> None:
        assert "Nothing has this name" not in support.get(reverse("search")).content.decode()

    @pytest.mark.parametrize("env", ["live", "test", "staging"])
    def test_a_whole_key_of_any_kind_is_neither_searched_nor_repeated(self, support: Client, env: str) -> None:
        key = KEY.replace("live", env)
        location = support.post(reverse("search"), {"q": f"Our key is {key} and it fails"}).headers["Location"]
        assert "secret" not in location
        response = support.get(reverse("search"), {"q": key}, follow=True)
        assert "That held a whole API key." in response.content.decode()
        assert "secret-part" not in response.content.decode()
        fragment = support.post(reverse("search"), {"q": key}, headers={"HX-Request": "true"}).content.decode()
        assert "That held a whole API key." in fragment
        assert "secret-part" not in fragment

    def test_text_is_never_markup(self, support: Client) -> None:
        evil = "<script>alert(1)</script>"
        assert evil not in support.get(reverse("search"), {"q": evil}).content.decode()


class TestGo:
    def test_any_id_has_an_address(self, signed_in: Any, everything: dict[str, Any]) -> None:
        response = signed_in("Support").get(reverse("go", args=[everything["container"].id]))
        assert response.headers["Location"] == reverse("content:container", args=[everything["container"].id])

    def test_an_unknown_one_says_so(self, signed_in: Any) -> None:
        response = signed_in("Support").get(reverse("go", args=["cnt_00000000"]))
        assert response.status_code == 404
        assert "Looks like a container." in response.content.decode()


def test_a_search_costs_the_same_for_one_id_and_for_twenty(
    admin: Staff, everything: dict[str, Any], django_assert_num_queries: Any
) -> None:
    admin.get_all_permissions()
    with django_assert_num_queries(14) as few:
        find(everything["action"].id, admin)
    with django_assert_num_queries(len(few)):
        find(" ".join(f"pa_{n:08d}" for n in range(20)), admin)
