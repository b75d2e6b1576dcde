"""Owners sign in through WeChat, at a simulator that an independent SDK judges too."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest
from wechatpy.exceptions import WeChatOAuthException
from wechatpy.oauth import WeChatOAuth

from billing_adapters.fakes.system import FrozenClock, PlainSecretCipher
from billing_adapters.http_client import HttpClient, Timeouts
from billing_adapters.wechat.sign_in import WechatSignIn
from billing_domain.errors import ProviderRefusedError, ProviderUnavailableError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.owners import OwnerIdentity
from tests.simulators.http_server import NoAnswer, Response
from tests.simulators.wechat_sign_in import WechatSignInSimulator

RETURN_URL = "https://fee.example.com/owner/sign-in?company=1&next=/owner/bills"
STATE = "Jd8-s_7wQ2"


@pytest.fixture
def wechat(clock: FrozenClock) -> Iterator[WechatSignInSimulator]:
    with WechatSignInSimulator(clock) as simulator:
        yield simulator


@pytest.fixture
def account(wechat: WechatSignInSimulator) -> OfficialAccount:
    sealed = PlainSecretCipher().seal(wechat.secret)
    return OfficialAccount(CompanyId("c" * 32), wechat.app_id, sealed)


@pytest.fixture
def identity(wechat: WechatSignInSimulator) -> OwnerIdentity:
    http = HttpClient(wechat.url, timeouts=Timeouts(connect=5, silence=1, whole=10))
    return WechatSignIn(PlainSecretCipher(), http, authorize_url=wechat.url)


OpenidOf = Callable[[str], str]


@pytest.fixture
def openid_of(identity: OwnerIdentity, account: OfficialAccount) -> OpenidOf:
    """Ask for the openid of a code."""
    return lambda code: identity.openid(account, code=code)


def follow(address: str) -> str:
    """Go where a browser is sent, and return where it is sent from there."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        return connection.getresponse().headers["Location"]
    finally:
        connection.close()


class TestTheWayThroughWechat:
    def test_leads_back_with_a_code_that_tells_the_openid(
        self,
        openid_of: OpenidOf,
        identity: OwnerIdentity,
        account: OfficialAccount,
        wechat: WechatSignInSimulator,
    ) -> None:
        address = identity.authorize_url(account, return_url=RETURN_URL, state=STATE)

        back = follow(address)

        assert back.startswith(f"{RETURN_URL}&")
        query = parse_qs(urlsplit(back).query)
        assert query["state"] == [STATE]
        assert openid_of(query["code"][0]) == wechat.visitor

    @pytest.mark.parametrize("state", ["", "a b", "a&scope=snsapi_userinfo", "状态", "a" * 129])
    def test_carries_no_state_that_could_say_more(
        self, identity: OwnerIdentity, account: OfficialAccount, state: str
    ) -> None:
        with pytest.raises(ValueError, match="state"):
            identity.authorize_url(account, return_url=RETURN_URL, state=state)


class TestAnIndependentSdk:
    def test_makes_the_same_address(self, account: OfficialAccount) -> None:
        theirs = WeChatOAuth(account.app_id, "", RETURN_URL, "snsapi_base", STATE).authorize_url
        http = HttpClient("http://127.0.0.1:9")

        ours = WechatSignIn(PlainSecretCipher(), http).authorize_url(
            account, return_url=RETURN_URL, state=STATE
        )

        assert ours == theirs

    def test_gets_the_same_openid_and_the_same_refusal_from_the_simulator(
        self, wechat: WechatSignInSimulator
    ) -> None:
        theirs = WeChatOAuth(wechat.app_id, wechat.secret, RETURN_URL)
        theirs.API_BASE_URL = f"{wechat.url}/"
        code = wechat.grant()

        assert theirs.fetch_access_token(code)["openid"] == wechat.visitor
        with pytest.raises(WeChatOAuthException) as refused:
            theirs.fetch_access_token(code)
        theirs._http.close()  # noqa: SLF001 - it never closes its session itself

        assert refused.value.errcode == 40163


class TestACode:
    def test_is_good_once(self, openid_of: OpenidOf, wechat: WechatSignInSimulator) -> None:
        code = wechat.grant()
        openid_of(code)

        with pytest.raises(ProviderRefusedError) as refused:
            openid_of(code)

        assert (refused.value.provider_code, refused.value.detail) == ("invalid_code", "40163")

    def test_is_good_for_five_minutes(
        self, openid_of: OpenidOf, wechat: WechatSignInSimulator, clock: FrozenClock
    ) -> None:
        code = wechat.grant()
        clock.advance(timedelta(minutes=5))

        with pytest.raises(ProviderRefusedError) as refused:
            openid_of(code)

        assert (refused.value.provider_code, refused.value.detail) == ("invalid_code", "42003")

    def test_that_wechat_never_gave_is_refused(self, openid_of: OpenidOf) -> None:
        with pytest.raises(ProviderRefusedError) as refused:
            openid_of("forged")

        assert refused.value.provider_code == "invalid_code"

    @pytest.mark.parametrize("code", ["", "a&appid=wx1", "a b", "码", "x" * 513, "a\n"])
    def test_that_can_be_none_is_not_asked_about(
        self, openid_of: OpenidOf, wechat: WechatSignInSimulator, code: str
    ) -> None:
        with pytest.raises(ProviderRefusedError) as refused:
            openid_of(code)

        assert refused.value.provider_code == "invalid_code"
        assert not wechat.requests


class TestWhatWechatAnswers:
    @pytest.mark.parametrize("errcode", [-1, 45009, 45011])
    def test_busy_means_later(
        self, openid_of: OpenidOf, wechat: WechatSignInSimulator, errcode: int
    ) -> None:
        wechat.errcode = errcode

        with pytest.raises(ProviderUnavailableError):
            openid_of(wechat.grant())

    @pytest.mark.parametrize("errcode", [40013, 40125, 40164, 48001, 50002])
    def test_a_wrong_setting_is_a_refusal_in_its_own_words(
        self, openid_of: OpenidOf, wechat: WechatSignInSimulator, errcode: int
    ) -> None:
        wechat.errcode = errcode

        with pytest.raises(ProviderRefusedError) as refused:
            openid_of(wechat.grant())

        assert refused.value.provider_code == str(errcode)
        assert refused.value.detail.startswith("made to fail")

    def test_an_invented_visitor_is_nobody(
        self, openid_of: OpenidOf, wechat: WechatSignInSimulator
    ) -> None:
        wechat.answer = Response(200, b'{"openid": "oInvented", "is_snapshotuser": 1}')

        with pytest.raises(ProviderRefusedError) as refused:
            openid_of("abc")

        assert refused.value.provider_code == "snapshot_user"

    @pytest.mark.parametrize(
        "answer",
        [
            NoAnswer.CUT,
            NoAnswer.SILENT,
            Response(502, b""),
            Response(302, b"", {"Location": "http://127.0.0.1:9/"}),
            Response(200, b"<html>"),
            Response(200, b"[]"),
            Response(200, b"{}"),
            Response(200, b'{"openid": 7}'),
            Response(200, b'{"openid": "<b>"}'),
            Response(200, b'{"errcode": "40029"}'),
        ],
    )
    def test_anything_else_tells_nothing(
        self, openid_of: OpenidOf, wechat: WechatSignInSimulator, answer: Response | NoAnswer
    ) -> None:
        wechat.answer = answer

        with pytest.raises(ProviderUnavailableError):
            openid_of("abc")


class TestTheSecret:
    def test_is_never_told_to_anyone_else(
        self,
        openid_of: OpenidOf,
        account: OfficialAccount,
        wechat: WechatSignInSimulator,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        wechat.answer = Response(200, json.dumps({"errcode": 40125, "errmsg": "no"}).encode())

        with pytest.raises(ProviderRefusedError) as refused:
            openid_of("abc")

        assert wechat.secret in wechat.requests[0].target
        assert wechat.secret not in f"{refused.value!r} {account!r} {caplog.text}"

    def test_that_was_sealed_under_another_key_is_a_refusal(
        self, identity: OwnerIdentity, account: OfficialAccount
    ) -> None:
        spoiled = attrs.evolve(account, sealed_secret="of another deployment")

        with pytest.raises(ProviderRefusedError) as refused:
            identity.openid(spoiled, code="abc")

        assert refused.value.provider_code == "secrets_unreadable"
