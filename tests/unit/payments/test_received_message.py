"""What providers sent stays as it came (rule 5.5)."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.payments.received_message import ReceivedMessage, Verdict
from billing_domain.testing.strategies import received_messages


class TestConcluded:
    @given(received_messages(), st.sampled_from(Verdict))
    def test_says_what_became_of_it_and_keeps_the_rest(
        self, message: ReceivedMessage, verdict: Verdict
    ) -> None:
        concluded = message.concluded(verdict, reason="stale", about="1")

        assert (concluded.verdict, concluded.reason, concluded.about) == (verdict, "stale", "1")
        told = ("verdict", "reason", "about")
        before = {name: getattr(message, name) for name in told}
        assert attrs.evolve(concluded, **before) == message

    @given(received_messages())
    def test_keeps_what_was_known_already(self, message: ReceivedMessage) -> None:
        assert message.concluded(message.verdict) == message


class TestRepr:
    @given(received_messages())
    def test_shows_no_log_what_was_sent(self, message: ReceivedMessage) -> None:
        """Bodies hold openids, headers signatures."""
        assert "body=" not in repr(message)
        assert "headers=" not in repr(message)
