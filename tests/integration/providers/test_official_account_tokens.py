"""Access tokens: one for each account, asked for once, renewed when WeChat takes it back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import attrs
import pytest
from wechatpy import WeChatClient

from billing_adapters.fakes.system import FrozenClock, PlainSecretCipher
from billing_adapters.wechat.template_sender import WechatTemplateSender
from billing_domain.errors import MessagingMisconfiguredError, ProviderUnavailableError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.reminders.messaging import MessagingAccount, StoredToken, TokenStore
from tests.integration.providers.official import NewTokens, client_of, message
from tests.simulators.faults import Fault
from tests.simulators.http_server import Request
from tests.simulators.wechat_official import WechatOfficialSimulator


@pytest.fixture
def current(new_tokens: NewTokens, account: OfficialAccount) -> Callable[[], str]:
    """Return the token as another process of ours sees it."""
    return lambda: new_tokens().current(account)


@pytest.fixture
def sends(
    wechat: WechatOfficialSimulator,
    store: TokenStore,
    clock: FrozenClock,
    messaging: MessagingAccount,
) -> Callable[[int], None]:
    """Let another process of ours send a message."""

    def send(serial: int) -> None:
        sender = WechatTemplateSender(client_of(wechat, store, clock), clock)
        sender.send(messaging, wechat.follow(), message(client_msg_id=f"{serial:032x}"))

    return send


def sent(wechat: WechatOfficialSimulator) -> list[Request]:
    return [each for each in wechat.requests if "template/send" in each.target]


class TestAToken:
    def test_is_asked_for_once_by_all_processes(
        self, wechat: WechatOfficialSimulator, sends: Callable[[int], None]
    ) -> None:
        for serial in range(3):
            sends(serial)

        assert (wechat.asked_for_tokens, len(wechat.messages)) == (1, 3)

    def test_is_asked_for_once_by_all_threads(
        self, wechat: WechatOfficialSimulator, account: OfficialAccount, new_tokens: NewTokens
    ) -> None:
        wechat.delay = 0.05
        tokens = new_tokens()

        with ThreadPoolExecutor(8) as pool:
            got = set(pool.map(lambda _: tokens.current(account), range(16)))

        assert (len(got), wechat.asked_for_tokens) == (1, 1)

    def test_is_the_same_for_processes_that_ask_at_once(
        self, current: Callable[[], str], wechat: WechatOfficialSimulator
    ) -> None:
        wechat.delay = 0.05

        with ThreadPoolExecutor(4) as pool:
            got = set(pool.map(lambda _: current(), range(4)))

        assert (len(got), wechat.tokens.made) == (1, 1)

    def test_is_kept_sealed(
        self,
        current: Callable[[], str],
        account: OfficialAccount,
        store: TokenStore,
        clock: FrozenClock,
    ) -> None:
        token = current()

        stored = store.get(account.company_id, account.app_id)
        assert stored is not None
        assert stored.sealed == PlainSecretCipher().seal(token)
        assert stored.expires_at == clock.now() + timedelta(hours=2)

    def test_is_followed_by_the_next_before_it_ends(
        self, current: Callable[[], str], wechat: WechatOfficialSimulator, clock: FrozenClock
    ) -> None:
        first = current()
        clock.advance(timedelta(hours=1, minutes=55))
        assert current() == first

        clock.advance(timedelta(minutes=1))

        assert current() != first
        assert wechat.asked_for_tokens == 2

    def test_is_used_to_its_end_while_there_is_no_next(
        self, current: Callable[[], str], wechat: WechatOfficialSimulator, clock: FrozenClock
    ) -> None:
        first = current()
        clock.advance(timedelta(hours=1, minutes=59))
        wechat.faults.plan([Fault.BAD_GATEWAY, Fault.BAD_GATEWAY])

        assert current() == first
        clock.advance(timedelta(minutes=1))
        with pytest.raises(ProviderUnavailableError):
            current()

    def test_is_never_another_companys(
        self, current: Callable[[], str], account: OfficialAccount, new_tokens: NewTokens
    ) -> None:
        current()
        guess = PlainSecretCipher().seal("a guess")
        intruder = OfficialAccount(CompanyId("e" * 32), account.app_id, guess)

        with pytest.raises(MessagingMisconfiguredError) as refused:
            new_tokens().current(intruder)

        assert refused.value.reason == "secret"

    def test_that_was_sealed_under_another_key_is_asked_for_again(
        self,
        account: OfficialAccount,
        store: TokenStore,
        clock: FrozenClock,
        sends: Callable[[int], None],
    ) -> None:
        foreign = StoredToken("sealed elsewhere", clock.now() + timedelta(hours=1))
        key = account.company_id, account.app_id
        store.replace(*key, old=None, new=foreign)

        sends(1)

        assert store.get(*key) != foreign


class TestATokenTakenBack:
    @pytest.mark.parametrize(("noticed", "questions"), [(True, 2), (False, 3)])
    def test_is_renewed_once_and_the_message_sent_once(
        self,
        wechat: WechatOfficialSimulator,
        sends: Callable[[int], None],
        *,
        noticed: bool,
        questions: int,
    ) -> None:
        sends(1)
        wechat.tokens.revoke(noticed=noticed)

        sends(2)

        assert len(wechat.messages) == 2
        assert wechat.asked_for_tokens == questions

    def test_is_renewed_once_for_all_threads(
        self, wechat: WechatOfficialSimulator, account: OfficialAccount, new_tokens: NewTokens
    ) -> None:
        tokens = new_tokens()
        old = tokens.current(account)
        wechat.tokens.revoke()
        wechat.delay = 0.05

        with ThreadPoolExecutor(8) as pool:
            got = set(pool.map(lambda _: tokens.renewed(account, old), range(8)))

        assert (len(got), wechat.asked_for_tokens) == (1, 2)
        assert old not in got

    def test_that_expired_early_is_renewed(
        self,
        current: Callable[[], str],
        wechat: WechatOfficialSimulator,
        account: OfficialAccount,
        *,
        store: TokenStore,
        clock: FrozenClock,
        sends: Callable[[int], None],
    ) -> None:
        token = current()
        clock.advance(timedelta(hours=2))
        late = StoredToken(PlainSecretCipher().seal(token), clock.now() + timedelta(hours=1))
        key = account.company_id, account.app_id
        store.replace(*key, old=store.get(*key), new=late)

        sends(1)

        assert len(wechat.messages) == 1

    @pytest.mark.parametrize("errcode", ["40001", "40014", "42001"])
    def test_again_and_again_means_later(
        self, wechat: WechatOfficialSimulator, sends: Callable[[int], None], errcode: str
    ) -> None:
        wechat.faults.plan([None, errcode, None, None, errcode])

        with pytest.raises(ProviderUnavailableError) as refused:
            sends(1)

        assert refused.value.detail == errcode
        assert len(sent(wechat)) == 2


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
        self,
        wechat: WechatOfficialSimulator,
        sends: Callable[[int], None],
        errcode: str,
        reason: str,
    ) -> None:
        wechat.faults.plan([errcode])

        with pytest.raises(MessagingMisconfiguredError) as refused:
            sends(1)

        assert refused.value.reason == reason
        assert refused.value.detail.startswith(errcode)

    def test_comes_of_a_secret_that_can_not_be_read(
        self, account: OfficialAccount, new_tokens: NewTokens
    ) -> None:
        spoiled = attrs.evolve(account, sealed_secret="of another deployment")

        with pytest.raises(MessagingMisconfiguredError) as refused:
            new_tokens().current(spoiled)

        assert refused.value.reason == "secrets_unreadable"

    @pytest.mark.parametrize(
        "fault", ["-1", "45009", Fault.CUT, Fault.GARBAGE, Fault.MISSING_FIELDS]
    )
    def test_may_be_there_later(
        self, wechat: WechatOfficialSimulator, sends: Callable[[int], None], fault: Fault | str
    ) -> None:
        wechat.faults.plan([fault])

        with pytest.raises(ProviderUnavailableError):
            sends(1)


class TestAnIndependentSdk:
    def test_has_a_token_of_its_own_that_leaves_ours_alone(
        self,
        current: Callable[[], str],
        wechat: WechatOfficialSimulator,
        sends: Callable[[int], None],
    ) -> None:
        ours = current()
        tokens = wechat.tokens
        theirs = WeChatClient(tokens.app_id, tokens.secret)
        theirs.API_BASE_URL = f"{wechat.url}/cgi-bin/"

        # It asks the classic way, whose address it does not let one change.
        answer = theirs._fetch_access_token(  # noqa: SLF001
            f"{wechat.url}/cgi-bin/token",
            {
                "grant_type": "client_credential",
                "appid": tokens.app_id,
                "secret": tokens.secret,
            },
        )
        assert theirs.menu.get() is None
        theirs._http.close()  # noqa: SLF001 - it never closes its session itself

        assert answer["access_token"] != ours
        sends(1)
        assert wechat.asked_for_tokens == 1
