"""Access tokens: one for each account, asked for once, renewed when WeChat takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import attrs
import pytest
from wechatpy import WeChatClient

from billing_adapters.fakes.system import FrozenClock, PlainSecretCipher
from billing_domain.errors import MessagingMisconfiguredError, ProviderUnavailableError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.reminders.messaging import StoredToken
from tests.integration.providers.official_stage import OfficialStage, message, official_stage
from tests.simulators.faults import Fault
from tests.simulators.http_server import Request


@pytest.fixture
def stage(clock: FrozenClock) -> Iterator[OfficialStage]:
    with official_stage(clock) as opened:
        yield opened


def sends(stage: OfficialStage, serial: int) -> None:
    openid = stage.simulator.follow()
    stage.sender().send(stage.messaging, openid, message(client_msg_id=f"{serial:032x}"))


def sent(stage: OfficialStage) -> list[Request]:
    return [each for each in stage.simulator.requests if "template/send" in each.target]


class TestAToken:
    def test_is_asked_for_once_by_all_processes(self, stage: OfficialStage) -> None:
        for serial in range(3):
            sends(stage, serial)

        assert (stage.simulator.asked_for_tokens, len(stage.simulator.messages)) == (1, 3)

    def test_is_asked_for_once_by_all_threads(self, stage: OfficialStage) -> None:
        stage.simulator.delay = 0.05
        tokens = stage.tokens()

        with ThreadPoolExecutor(8) as pool:
            got = set(pool.map(lambda _: tokens.current(stage.account), range(16)))

        assert (len(got), stage.simulator.asked_for_tokens) == (1, 1)

    def test_is_the_same_for_processes_that_ask_at_once(self, stage: OfficialStage) -> None:
        stage.simulator.delay = 0.05

        with ThreadPoolExecutor(4) as pool:
            got = set(pool.map(lambda _: stage.tokens().current(stage.account), range(4)))

        assert (len(got), stage.simulator.tokens.made) == (1, 1)

    def test_is_kept_sealed(self, stage: OfficialStage) -> None:
        token = stage.tokens().current(stage.account)

        stored = stage.store.get(stage.account.company_id, stage.account.app_id)
        assert stored is not None
        assert stored.sealed == PlainSecretCipher().seal(token)
        assert stored.expires_at == stage.clock.now() + timedelta(hours=2)

    def test_is_followed_by_the_next_before_it_ends(self, stage: OfficialStage) -> None:
        first = stage.tokens().current(stage.account)
        stage.clock.advance(timedelta(hours=1, minutes=55))
        assert stage.tokens().current(stage.account) == first

        stage.clock.advance(timedelta(minutes=1))

        assert stage.tokens().current(stage.account) != first
        assert stage.simulator.asked_for_tokens == 2

    def test_is_used_to_its_end_while_there_is_no_next(self, stage: OfficialStage) -> None:
        first = stage.tokens().current(stage.account)
        stage.clock.advance(timedelta(hours=1, minutes=59))
        stage.simulator.faults.plan([Fault.BAD_GATEWAY, Fault.BAD_GATEWAY])

        assert stage.tokens().current(stage.account) == first
        stage.clock.advance(timedelta(minutes=1))
        with pytest.raises(ProviderUnavailableError):
            stage.tokens().current(stage.account)

    def test_is_never_another_companys(self, stage: OfficialStage) -> None:
        stage.tokens().current(stage.account)
        guess = PlainSecretCipher().seal("a guess")
        intruder = OfficialAccount(CompanyId("e" * 32), stage.account.app_id, guess)

        with pytest.raises(MessagingMisconfiguredError) as refused:
            stage.tokens().current(intruder)

        assert refused.value.reason == "secret"

    def test_that_was_sealed_under_another_key_is_asked_for_again(
        self, stage: OfficialStage
    ) -> None:
        foreign = StoredToken("sealed elsewhere", stage.clock.now() + timedelta(hours=1))
        key = stage.account.company_id, stage.account.app_id
        stage.store.replace(*key, old=None, new=foreign)

        sends(stage, 1)

        assert stage.store.get(*key) != foreign


class TestATokenTakenBack:
    @pytest.mark.parametrize(("noticed", "questions"), [(True, 2), (False, 3)])
    def test_is_renewed_once_and_the_message_sent_once(
        self, stage: OfficialStage, *, noticed: bool, questions: int
    ) -> None:
        sends(stage, 1)
        stage.simulator.tokens.revoke(noticed=noticed)

        sends(stage, 2)

        assert len(stage.simulator.messages) == 2
        assert stage.simulator.asked_for_tokens == questions

    def test_is_renewed_once_for_all_threads(self, stage: OfficialStage) -> None:
        tokens = stage.tokens()
        old = tokens.current(stage.account)
        stage.simulator.tokens.revoke()
        stage.simulator.delay = 0.05

        with ThreadPoolExecutor(8) as pool:
            got = set(pool.map(lambda _: tokens.renewed(stage.account, old), range(8)))

        assert (len(got), stage.simulator.asked_for_tokens) == (1, 2)
        assert old not in got

    def test_that_expired_early_is_renewed(self, stage: OfficialStage) -> None:
        token = stage.tokens().current(stage.account)
        stage.clock.advance(timedelta(hours=2))
        late = StoredToken(PlainSecretCipher().seal(token), stage.clock.now() + timedelta(hours=1))
        key = stage.account.company_id, stage.account.app_id
        stage.store.replace(*key, old=stage.store.get(*key), new=late)

        sends(stage, 1)

        assert len(stage.simulator.messages) == 1

    @pytest.mark.parametrize("errcode", ["40001", "40014", "42001"])
    def test_again_and_again_means_later(self, stage: OfficialStage, errcode: str) -> None:
        stage.simulator.faults.plan([None, errcode, None, None, errcode])

        with pytest.raises(ProviderUnavailableError) as refused:
            sends(stage, 1)

        assert refused.value.detail == errcode
        assert len(sent(stage)) == 2


class TestNoToken:
    @pytest.mark.parametrize(
        ("errcode", "reason"),
        [
            ("40001", "secret"),
            ("40125", "secret"),
            ("40013", "app_id"),
            ("40164", "address"),
            ("50002", "limited"),
        ],
    )
    def test_names_the_wrong_setting(
        self, stage: OfficialStage, errcode: str, reason: str
    ) -> None:
        stage.simulator.faults.plan([errcode])

        with pytest.raises(MessagingMisconfiguredError) as refused:
            sends(stage, 1)

        assert refused.value.reason == reason
        assert refused.value.detail.startswith(errcode)

    def test_comes_of_a_secret_that_can_not_be_read(self, stage: OfficialStage) -> None:
        spoiled = attrs.evolve(stage.account, sealed_secret="of another deployment")

        with pytest.raises(MessagingMisconfiguredError) as refused:
            stage.tokens().current(spoiled)

        assert refused.value.reason == "secrets_unreadable"

    @pytest.mark.parametrize(
        "fault", ["-1", "45009", Fault.CUT, Fault.GARBAGE, Fault.MISSING_FIELDS]
    )
    def test_may_be_there_later(self, stage: OfficialStage, fault: Fault | str) -> None:
        stage.simulator.faults.plan([fault])

        with pytest.raises(ProviderUnavailableError):
            sends(stage, 1)


class TestAnIndependentSdk:
    def test_has_a_token_of_its_own_that_leaves_ours_alone(self, stage: OfficialStage) -> None:
        ours = stage.tokens().current(stage.account)
        tokens = stage.simulator.tokens
        theirs = WeChatClient(tokens.app_id, tokens.secret)
        theirs.API_BASE_URL = f"{stage.simulator.url}/cgi-bin/"

        # It asks the classic way, whose address it does not let one change.
        answer = theirs._fetch_access_token(  # noqa: SLF001
            f"{stage.simulator.url}/cgi-bin/token",
            {
                "grant_type": "client_credential",
                "appid": tokens.app_id,
                "secret": tokens.secret,
            },
        )
        assert theirs.menu.get() is None
        theirs._http.close()  # noqa: SLF001 - it never closes its session itself

        assert answer["access_token"] != ours
        sends(stage, 1)
        assert stage.simulator.asked_for_tokens == 1
