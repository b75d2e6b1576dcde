"""The one command: what can be said about it without making an environment."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev

CHECKS = tomllib.loads((dev.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "billing"
]["checks"]


class TestMain:
    @pytest.mark.parametrize("words", [["tset"], ["test", "everything"], ["check", "unit"]])
    def test_answers_wrong_usage_with_status_2(self, words: list[str]) -> None:
        assert dev.main(words) == 2

    def test_explains_itself(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert dev.main([]) == 0
        assert "python3 dev.py run" in capsys.readouterr().out

    def test_knows_a_command_for_every_part(self) -> None:
        assert {*dev.TESTS, *dev.CHECKS} <= set(CHECKS)


class TestDemoEnvironment:
    @pytest.fixture(autouse=True)
    def nothing_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("BILLING_DATA_DIR", "BILLING_HOST", "BILLING_PORT"):
            monkeypatch.delenv(name, raising=False)

    @pytest.mark.parametrize("options", [["--port", "8101"], ["--debug", "--port=8101"]])
    def test_tells_the_port_to_whoever_prints_an_address(self, options: list[str]) -> None:
        assert dev.demo_environment(options)["BILLING_PORT"] == "8101"

    def test_keeps_the_data_in_the_clone_wherever_it_is_called(self) -> None:
        environment = dev.demo_environment()

        assert environment["BILLING_DATA_DIR"] == str(dev.ROOT / "var")
        assert not {"BILLING_HOST", "BILLING_PORT"} & set(environment)

    def test_leaves_another_folder_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BILLING_DATA_DIR", "/elsewhere")

        assert dev.demo_environment()["BILLING_DATA_DIR"] == "/elsewhere"


class TestReport:
    def test_fails_when_one_part_failed(self, capsys: pytest.CaptureFixture[str]) -> None:
        status = dev.report([("unit", True, 1.0), ("integration", False, 2.0)])

        assert status == 1
        assert "FAILED integration" in capsys.readouterr().out

    def test_passes_when_all_passed(self) -> None:
        assert dev.report([("unit", True, 1.0)]) == 0


class TestGroupRequirements:
    def test_follow_included_groups(self) -> None:
        assert set(dev.group_requirements("test")) < set(dev.group_requirements("dev"))


class TestFindBrowser:
    def test_takes_the_one_that_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BILLING_BROWSER", sys.executable)

        assert dev.find_browser() == sys.executable

    def test_finds_none_rather_than_another_when_the_named_one_is_absent(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BILLING_BROWSER", "/nowhere/chromium")

        assert dev.find_browser() is None


class TestRunTests:
    @pytest.mark.parametrize(("required", "status"), [("0", 0), ("1", 1)])
    def test_says_loudly_that_browser_tests_did_not_run(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        required: str,
        status: int,
    ) -> None:
        monkeypatch.setenv("BILLING_REQUIRE_BROWSER", required)

        assert dev.run_tests(["browser"], browser=None) == status
        assert capsys.readouterr().out.endswith(dev.NO_BROWSER + "\n")


class TestConstraints:
    def test_pin_versions_and_name_no_address(self) -> None:
        lines = (dev.ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()

        assert all(line.startswith("#") or line.count("==") == 1 for line in lines)
        assert not [line for line in lines if "/" in line or "@" in line]


class TestContinuousIntegration:
    def test_script_is_sound_bash(self) -> None:
        script = Path(dev.ROOT / ".ci/run")

        assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
