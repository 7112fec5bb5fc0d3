"""Who may change what: authority, defaults and the optimizer's kinds of writes (contract/ads.md, 1 to 3)."""

from typing import Any

import pytest

from tests.sandbox.ads import Layer, body, new_layer, refusal
from tests.sandbox.api import Api, bare, code


@pytest.fixture
def layer(api: Api) -> Layer:
    return new_layer(api, "tiktok")


def authority(layer: Layer, campaign: str) -> Any:
    return layer.get(f"tiktok/campaigns/{campaign}/authority")


def patch(layer: Layer, campaign: str, **axes: Any) -> Any:
    return layer.write("PATCH", f"campaigns/{campaign}/authority", json={"authority": axes})


def on_defaults(layer: Layer) -> str:
    """A campaign that lives on the layer's defaults; one made through the API is pinned from birth."""
    campaign = layer.campaign()
    layer.api.sql(
        "update sandbox_campaign set creative = null, tactical = null, structural = null, modified_by = null "
        "where id = %s",
        bare(campaign),
    )
    return campaign


class TestCampaigns:
    def test_the_layers_defaults_are_followed_live_until_a_patch_pins(self, layer: Layer) -> None:
        campaign = on_defaults(layer)
        layer.set_modes(creative="draft")
        assert authority(layer, campaign)["authority"]["creative"] == "draft"
        assert authority(layer, campaign)["source"] == "layer_defaults"
        done = body(patch(layer, campaign, tactical="off"), 200)
        assert done["authority"] == {"creative": "draft", "tactical": "off", "structural": "auto"}
        layer.set_modes(creative="off")
        assert authority(layer, campaign)["authority"]["creative"] == "draft"
        shown = authority(layer, campaign)
        assert (shown["source"], shown["lastModifiedBy"]["actorType"]) == ("per_campaign", "partner")
        [row] = [row for row in layer.verdicts() if row["verdictId"] == done["verdictId"]]
        assert (row["decision"], row["change"]["to"]) == ("allow", {"tactical": "off"})

    def test_a_raise_above_the_layers_default_is_denied_lowering_never(self, layer: Layer) -> None:
        campaign = on_defaults(layer)
        layer.set_modes(tactical="draft")
        assert refusal(patch(layer, campaign, tactical="auto")) == (403, "AUTHORITY_DENIED", "authority_escalation")
        assert authority(layer, campaign)["source"] == "layer_defaults"
        assert patch(layer, campaign, tactical="off").status_code == 200
        assert patch(layer, campaign, tactical="draft").status_code == 200
        layer.set_modes(campaign, tactical="auto")
        layer.set_modes(tactical="off")
        assert patch(layer, campaign, tactical="draft").status_code == 200
        assert refusal(patch(layer, campaign, tactical="auto"))[2] == "authority_escalation"

    @pytest.mark.parametrize("sent", [{}, {"tactical": "on"}, {"budget": "off"}, {"tactical": None}])
    def test_a_bad_block_is_422(self, layer: Layer, sent: dict[str, Any]) -> None:
        assert code(patch(layer, layer.campaign(), **sent)) == (422, "VALIDATION")

    @pytest.mark.parametrize(
        ("deed", "reason"),
        [("trip-kill-switch", "kill_switch_active"), ("withdraw-consent", "partner_consent_missing")],
    )
    def test_policy_goes_through_the_gate_too(self, layer: Layer, deed: str, reason: str) -> None:
        campaign = layer.campaign()
        layer.on_layer(deed)
        assert refusal(patch(layer, campaign, tactical="off"))[2] == reason
        assert refusal(layer.write("PATCH", "defaults", json={"defaults": {"tactical": "off"}}))[2] == reason


class TestDefaults:
    def test_a_patch_is_partial_and_says_who_did_it(self, layer: Layer) -> None:
        done = body(layer.write("PATCH", "defaults", json={"defaults": {"creative": "draft"}}), 200)
        assert done["defaults"] == {"creative": "draft", "tactical": "auto", "structural": "auto"}
        shown = layer.get("tiktok/defaults")
        assert (shown["defaults"], shown["layerId"]) == (done["defaults"], layer.id)
        assert shown["lastModifiedBy"]["actorType"] == "partner"

    def test_a_customer_can_keep_them_to_itself(self, layer: Layer) -> None:
        layer.on_layer("refuse-partner-policy")
        answer = layer.write("PATCH", "defaults", json={"defaults": {"creative": "off"}})
        assert refusal(answer) == (403, "AUTHORITY_DENIED", "partner_policy_refused")
        layer.on_layer("allow-partner-policy")
        assert layer.write("PATCH", "defaults", json={"defaults": {"creative": "off"}}).status_code == 200

    @pytest.mark.parametrize("field", ["kill_switch_active", "killSwitchActive", "killSwitch"])
    def test_the_kill_switch_cannot_be_set(self, layer: Layer, field: str) -> None:
        sent = {"defaults": {"creative": "off"}, field: False}
        assert code(layer.write("PATCH", "defaults", json=sent)) == (422, "VALIDATION")
        assert code(layer.write("PATCH", "defaults", json={"defaults": {}})) == (422, "VALIDATION")


class TestWriteClasses:
    def test_flags_merge(self, layer: Layer) -> None:
        path = f"/v1/layers/{layer.id}/optimizer/write-classes"
        done = body(layer.call("PATCH", path, json={"writeClasses": {"budget": False}}), 200)
        assert done["layerId"] == layer.id
        assert done["writeClasses"] == {"budget": False, "creative": True, "lifecycle": True}
        for bad in ({}, {"other": True}, {"budget": "no"}, None):
            assert code(layer.call("PATCH", path, json={"writeClasses": bad})) == (422, "VALIDATION")

    def test_a_layer_of_somebody_else_is_404(self, api: Api, layer: Layer) -> None:
        strange = new_layer(api)
        path = f"/v1/layers/{strange.id}/optimizer/write-classes"
        assert code(layer.call("PATCH", path, json={"writeClasses": {"budget": False}})) == (404, "NOT_FOUND")
