"""The HTTP client: what it says of a bad network, and what it never does."""

from __future__ import annotations

import gzip
import logging
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from billing_adapters.http_client import ANSWER_BYTES_MAX, ClientCertificate, HttpClient, Timeouts
from billing_domain.errors import ProviderUnavailableError
from billing_domain.testing.contracts.payment_gateways import new_refund
from tests.integration.providers.stage import Stage
from tests.simulators.http_server import LoopbackServer, NoAnswer, Request, Response
from tests.simulators.key_material import server_context
from tests.simulators.wechat_v2 import V2Identity
from tests.simulators.wechat_v3 import WechatV3Simulator

QUICK = Timeouts(connect=10, silence=1, whole=2)


class TestAnswers:
    def test_come_with_status_headers_and_body(self) -> None:
        with serving(lambda _: Response(404, b"none", {"X-Reason": "why"})) as client:
            answer = client.call("GET", "/", headers={})

        assert (answer.status, answer.body) == (404, b"none")
        assert answer.headers["x-reason"] == "why"

    def test_may_have_ten_megabytes(self) -> None:
        with serving(lambda _: Response(200, b"x" * ANSWER_BYTES_MAX)) as client:
            assert len(client.call("GET", "/", headers={}).body) == ANSWER_BYTES_MAX

    def test_may_not_have_a_byte_more(self) -> None:
        with serving(lambda _: Response(200, b"x" * (ANSWER_BYTES_MAX + 1))) as client:
            assert reason_of(client) == "answer too long"

    def test_may_not_be_packed(self) -> None:
        packed = gzip.compress(b"x" * 1_000_000)
        headers = {"Content-Encoding": "gzip"}
        with serving(lambda _: Response(200, packed, headers)) as client:
            assert reason_of(client) == "packed answer"

    def test_that_point_elsewhere_are_not_followed(self) -> None:
        seen: list[str] = []

        def answer(request: Request) -> Response:
            seen.append(request.target)
            return Response(302, b"", {"Location": "/elsewhere"})

        with serving(answer) as client:
            assert client.call("GET", "/", headers={}).status == 302

        assert seen == ["/"]


class TestABadNetwork:
    @pytest.mark.parametrize("status", [500, 502, 503, 599])
    def test_a_server_error_is_no_answer(self, status: int) -> None:
        with serving(lambda _: Response(status, b"secret words")) as client:
            assert reason_of(client) == f"status {status}"

    def test_silence_is_no_answer(self) -> None:
        with serving(lambda _: NoAnswer.SILENT, QUICK) as client:
            assert reason_of(client) == "timeout"

    def test_a_cut_connection_is_no_answer(self) -> None:
        with serving(lambda _: NoAnswer.CUT) as client:
            assert reason_of(client) == "connection"

    def test_nobody_listening_is_no_answer(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            client = HttpClient(f"http://127.0.0.1:{taken.getsockname()[1]}")

            assert reason_of(client) == "connection"

    def test_an_answer_that_drips_is_no_answer(self) -> None:
        """Each byte comes in time, all of them never would."""
        with dripping() as url:
            began = time.monotonic()

            assert reason_of(HttpClient(url, timeouts=QUICK)) == "timeout"

        assert time.monotonic() - began < 30

    def test_an_answer_cut_in_the_middle_is_no_answer(self) -> None:
        with raw_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") as url:
            assert reason_of(HttpClient(url)) == "connection"

    def test_another_protocol_is_no_answer(self) -> None:
        with raw_answer(b"SSH-2.0-OpenSSH\r\n") as url:
            assert reason_of(HttpClient(url)) == "connection"

    def test_a_request_is_never_sent_twice(self) -> None:
        seen: list[Request] = []

        def answer(request: Request) -> NoAnswer:
            seen.append(request)
            return NoAnswer.CUT

        with serving(answer) as client:
            reason_of(client)

        assert len(seen) == 1


class TestRequests:
    @pytest.mark.parametrize("target", ["/a%2Fb?c=%e4&d=a+b", "/a//b/../c?", "/?q={1}|'\"~"])
    def test_go_out_as_they_were_signed(self, target: str) -> None:
        seen: list[str] = []

        def answer(request: Request) -> Response:
            seen.append(request.target)
            return Response(200)

        with serving(answer) as client:
            client.call("GET", target, headers={})

        assert seen == [target]

    def test_carry_no_cookie_and_no_header_of_ours_that_was_not_asked_for(self) -> None:
        seen: list[Request] = []

        def answer(request: Request) -> Response:
            seen.append(request)
            return Response(200, b"", {"Set-Cookie": "a=b"})

        with serving(answer) as client:
            for _ in range(2):
                client.call("GET", "/", headers={"User-Agent": "billing-domain"})

        names = {name for request in seen for name in request.headers}
        assert names == {"host", "user-agent", "accept-encoding"}

    def test_take_no_proxy_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        with serving(lambda _: Response(204)) as client:
            assert client.call("GET", "/", headers={}).status == 204

    def test_write_no_secret_to_the_log(
        self,
        v3_stage: Stage,
        v3_simulator: WechatV3Simulator,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            order = v3_stage.paid(130_000)
            v3_stage.gateway.refund(order, new_refund(order, 1))
            v3_stage.gateway.query(order)
            v3_stage.heard()
            v3_stage.wait(days=1)
            v3_stage.gateway.statement(order.created_at.date())

        sent = v3_simulator.requests[0].headers["authorization"].split('signature="')[1][:40]
        secrets = [
            *(sent, order.payer.openid, v3_simulator.envelope.api_v3_key, "token="),
            *("130000", order.number, "WECHATPAY2-SHA256-RSA2048 mchid"),
        ]
        assert caplog.records
        assert not [secret for secret in secrets if secret in caplog.text]


class TestTheAddress:
    @pytest.mark.parametrize(
        "address",
        [
            *("", "api.mch.weixin.qq.com", "http://api.mch.weixin.qq.com", "ftp://127.0.0.1"),
            *("https://user:word@host", "https://host/path", "https://host?q", "https://host#f"),
            *("https://", "http://127.0.0.1.example.com", "http://0.0.0.0", "https://ho st"),
            "http://[::1",
        ],
    )
    def test_is_refused_unless_it_is_a_secure_host(self, address: str) -> None:
        with pytest.raises(ValueError, match="address"):
            HttpClient(address)

    @pytest.mark.parametrize(
        "address",
        [
            *("https://api.mch.weixin.qq.com", "https://api.mch.weixin.qq.com:8443/"),
            *("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"),
        ],
    )
    def test_is_taken_when_it_is_one(self, address: str) -> None:
        HttpClient(address)


class TestSecureConnections:
    def test_a_host_that_nobody_vouches_for_gets_nothing(self, v2_identity: V2Identity) -> None:
        tls = server_context(v2_identity.server, v2_identity.authority)
        with LoopbackServer(lambda _: Response(200), tls=tls) as server:
            assert reason_of(HttpClient(server.url)) == "connection"

    def test_we_show_our_certificate(self, v2_identity: V2Identity) -> None:
        seen: list[bytes | None] = []

        def answer(request: Request) -> Response:
            seen.append(request.certificate)
            return Response(200)

        merchant = v2_identity.merchant
        tls = server_context(v2_identity.server, v2_identity.authority)
        with LoopbackServer(answer, tls=tls) as server:
            plain = HttpClient(server.url, authorities=v2_identity.authority.pem)
            shown = plain.presenting(ClientCertificate(merchant.pem, merchant.key_pem))
            for client in (plain, shown):
                client.call("GET", "/", headers={})

        assert seen == [None, merchant.der]

    def test_our_key_does_not_stay_on_the_disk(
        self, v2_identity: V2Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        merchant = v2_identity.merchant

        HttpClient(
            "https://127.0.0.1",
            certificate=ClientCertificate(merchant.pem, merchant.key_pem),
        )

        assert not list(tmp_path.iterdir())

    def test_a_certificate_of_another_key_is_refused(self, v2_identity: V2Identity) -> None:
        merchant, server = v2_identity.merchant, v2_identity.server

        with pytest.raises(ValueError, match="certificates"):
            HttpClient(
                "https://127.0.0.1", certificate=ClientCertificate(merchant.pem, server.key_pem)
            )

    def test_authorities_that_are_none_are_refused(self) -> None:
        with pytest.raises(ValueError, match="certificates"):
            HttpClient("https://127.0.0.1", authorities="not a certificate")

    def test_a_certificate_does_not_show_itself_in_logs(self) -> None:
        assert "secret" not in repr(ClientCertificate("certificate", "secret"))


class TestThreads:
    def test_share_a_client(self, v3_stage: Stage) -> None:
        orders = [v3_stage.order(n + 1) for n in range(20)]
        tickets: dict[str, str] = {}

        def create(index: int) -> None:
            ticket = v3_stage.gateway.create(orders[index], description="物业费")
            tickets[orders[index].number] = ticket.text

        threads = [threading.Thread(target=create, args=(index,)) for index in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        known = v3_stage.simulator.ledger.orders
        assert tickets == {number: order.reference for number, order in known.items()}
        assert len(tickets) == 20


@contextmanager
def serving(
    answer: Callable[[Request], Response | NoAnswer], timeouts: Timeouts | None = None
) -> Iterator[HttpClient]:
    with LoopbackServer(answer) as server:
        yield HttpClient(server.url, timeouts=timeouts)


@contextmanager
def raw_answer(content: bytes, *, then: Callable[[socket.socket], object] = bool) -> Iterator[str]:
    """Answer one connection with these bytes, whatever it asks."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(content)
                then(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


@contextmanager
def dripping() -> Iterator[str]:
    def drip(connection: socket.socket) -> None:
        try:
            while True:
                connection.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            return

    with raw_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", then=drip) as url:
        yield url


def reason_of(client: HttpClient) -> str:
    with pytest.raises(ProviderUnavailableError) as unavailable:
        client.call("POST", "/", headers={}, body=b"secret")
    return unavailable.value.detail
