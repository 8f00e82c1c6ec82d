"""What a page says, and is not so, is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.commands import fits
from tests.docs.pages import Block
from tests.docs.reader import Reader
from tests.docs.settings import Setting


def page(*written: tuple[str, str] | tuple[str, str, str]) -> list[Block]:
    """Blocks: the language, the text, and the file that it is, if it is one."""
    return [Block("page.md", 10 * n, one[0], one[1], one[2] if len(one) > 2 else None) for n, one in enumerate(written, start=1)]


def read(folder: Path, *written: tuple[str, str] | tuple[str, str, str]) -> None:
    Reader(folder, Setting()).read(page(*written))


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        (("console", "$ echo one\ntwo\n"), "says\none"),
        (("console", "$ false\n"), "ended with 1"),
        (("sh", "eks-ingress check missing.yaml\n"), "cannot be read"),
        (("text", "error: nothing says this\n"), "what says this?"),
        (("ruby", "puts 1\n"), "nothing runs or reads a block of the language 'ruby'"),
        (("", "a picture\n"), "nothing runs or reads a block of the language ''"),
    ],
)
def test_what_is_not_so_is_told_with_its_line(written: tuple[str, str], wrong: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"page\.md:10: .*") as told:
        read(tmp_path, written)
    assert wrong in str(told.value)


def test_python_runs_with_the_names_of_the_blocks_before_it(tmp_path: Path) -> None:
    read(tmp_path, ("python", "one = 1\n"), ("python", "assert one == 1\n"))
    with pytest.raises(NameError):
        read(tmp_path, ("python", "two\n"))


def test_a_refusal_must_be_shown_and_as_it_is(tmp_path: Path) -> None:
    wrong = ("python", 'from eks_ingress import Service\nService("web", 70000)\n')
    read(tmp_path, wrong, ("text", "port of Service 'web', 70000 is out of range.\n"))
    with pytest.raises(AssertionError, match="it says"):
        read(tmp_path, wrong, ("text", "port of service 70000\n"))
    with pytest.raises(ValueError, match="70000"):
        read(tmp_path, wrong)


def test_the_line_of_a_message_must_be_that_of_a_file_that_is_shown(tmp_path: Path) -> None:
    wrong = ("python", 'raise ValueError("wrong  (app.py:1)")\n', "app.py")
    read(tmp_path, wrong, ("text", "wrong  (app.py:1)\n"))
    read(tmp_path, wrong, ("text", "wrong  (of/a/reader.py:41)\n"))
    with pytest.raises(AssertionError, match="it says"):
        read(tmp_path, wrong, ("text", "wrong  (app.py:2)\n"))


def test_a_named_block_is_a_file_for_those_below_it(tmp_path: Path) -> None:
    read(
        tmp_path,
        ("python", "HOST = 'shop.example.com'\n", "names.py"),
        ("python", "from names import HOST\n\n\ndef test_host():\n    assert HOST.startswith('shop')\n", "test_names.py"),
        ("python", "from names import HOST\nassert HOST == 'shop.example.com'\n"),
        ("console", "$ cat names.py\nHOST = 'shop.example.com'\n"),
    )
    with pytest.raises(AssertionError, match="1 failed"):
        read(tmp_path, ("python", "def test_it():\n    assert False\n", "test_it.py"))


def test_an_app_is_synthesized_for_the_commands_below_it_and_judged(tmp_path: Path) -> None:
    bucket = 'from aws_cdk import App, CfnResource, Stack\napp = App()\nCfnResource(Stack(app, "Shop"), "Bucket", type={})\n'
    read(tmp_path, ("python", bucket.format('"AWS::S3::Bucket"')), ("sh", "ls cdk.out/Shop.template.json\n"))
    with pytest.raises(AssertionError, match="AWS::S3::Bukcet"):
        read(tmp_path, ("python", bucket.format('"AWS::S3::Bukcet"'), "app.py"))


def test_the_exit_code_of_a_command_is_what_the_page_says(tmp_path: Path) -> None:
    read(tmp_path, ("console", "$ eks-ingress explain EKI000\n…\n$ echo $?\n2\n"))
    with pytest.raises(AssertionError, match="says\n2"):
        read(tmp_path, ("console", "$ eks-ingress explain EKI000\n…\n$ echo $?\n0\n"))


def test_an_ellipsis_stands_for_any_text_of_a_line_and_alone_for_any_lines() -> None:
    assert fits("a … c\n", "a b c\n")
    assert not fits("a … c\n", "a b\nc\n")
    assert fits("a\n…\nd\n", "a\nb\nc\nd\n")
    assert fits("a\n…\n", "a\n")
    assert not fits("a\n", "a\nb\n")
    assert not fits("", "a\n")
