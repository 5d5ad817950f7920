"""Where expressions stand in scripts, and what runs once variables stand there. § is a hole."""

import contextlib
import io
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ciconv.syntax.shell import DIALECTS, Quoting, Substitution, contexts, substitute

BARE, SINGLE, DOUBLE = Quoting.BARE, Quoting.SINGLE, Quoting.DOUBLE
DOLLAR_SINGLE, ARITHMETIC = Quoting.DOLLAR_SINGLE, Quoting.ARITHMETIC
HEREDOC, HEREDOC_QUOTED, COMMENT = Quoting.HEREDOC, Quoting.HEREDOC_QUOTED, Quoting.COMMENT

BASH = shutil.which("bash")
SHELLS = [shell for shell in ("bash", "dash") if shutil.which(shell)]
needs_bash = pytest.mark.skipif(BASH is None, reason="there is no bash here")


class _Hole:
    """What stands for an expression; all have the same variable."""


HOLE = _Hole()


def _parts(script: str) -> list[str | _Hole]:
    parts: list[str | _Hole] = []
    for piece in script.split("§"):
        parts += [piece, HOLE]
    return parts[:-1]


def _filled(script: str, dialect: str = "bash") -> Substitution:
    return substitute(_parts(script), lambda hole: "V", dialect, lambda hole: "written\nhere")


def _quotings(script: str, dialect: str = "bash") -> list[Quoting]:
    offsets = [at for at, character in enumerate(script) if character == "§"]
    return list(contexts(script, offsets, dialect))


@pytest.mark.parametrize(
    ("script", "quotings"),
    [
        ("echo §", [BARE]),
        ("echo '§' \"§\" §", [SINGLE, DOUBLE, BARE]),
        ("echo $'it\\'s §' §", [DOLLAR_SINGLE, BARE]),
        ("echo \"it's §\" '\"§'", [DOUBLE, SINGLE]),
        ("echo \\' § \\\" §", [BARE, BARE]),
        ('echo "\\"§" §', [DOUBLE, BARE]),
        ("echo it\\'s § # it's §\necho '§'", [BARE, COMMENT, SINGLE]),
        ("echo a#'§' ${#x} $# '§'", [SINGLE, SINGLE]),
        ('echo "$(echo \'§\' "§" §) §"', [SINGLE, DOUBLE, BARE, DOUBLE]),
        ("echo `echo '§' \"§\"` §", [SINGLE, DOUBLE, BARE]),
        ("echo `echo \\`echo '§'\\` '§'` '§'", [SINGLE, SINGLE, SINGLE]),
        ("echo \"`echo '§'` §\"", [SINGLE, DOUBLE]),
        ("echo $((§ + 1)) $[§] '§'", [ARITHMETIC, ARITHMETIC, SINGLE]),
        ("((x = § << 2)); for ((i=0;i<§;i++)); do '§'", [ARITHMETIC, ARITHMETIC, SINGLE]),
        ("$((echo '§'); echo \"§\") '§'", [SINGLE, DOUBLE, SINGLE]),
        ("((echo § ); echo '§')", [BARE, SINGLE]),
        ("echo $(( (§) * (2) )) '§'", [ARITHMETIC, SINGLE]),
        ("echo ${x:-§} ${x#'§'} '§'", [BARE, SINGLE, SINGLE]),
        ('echo "${x:-\'§\'}" "${x:-"§"}" \'§\'', [DOUBLE, DOUBLE, SINGLE]),
        ("echo \"${x//'§'/\"}\"}\" '§'", [SINGLE, SINGLE]),
        ("case § in a) '§';; 'b'|\"§\") §;; esac; '§'", [BARE, SINGLE, DOUBLE, BARE, SINGLE]),
        ("echo $(case x in a) '§';; (b) \"§\";; esac) '§'", [SINGLE, DOUBLE, SINGLE]),
        ("echo $(case x in esac) '§'", [SINGLE]),
        ("case x in\n # it's\n a) ;& @(b|c)) ;;& *) '§' ;; esac", [SINGLE]),
        ("echo case x in a) '§'", [SINGLE]),
        ("[[ $x =~ ^('§'|b)$ && § < '§' ]] && '§'", [SINGLE, BARE, SINGLE, SINGLE]),
        ("cat <<< '§' <<< §", [SINGLE, BARE]),
        ("cat <(echo '§') > >(tee \"§\")", [SINGLE, DOUBLE]),
        ("a=(x '§' #it's\n§) b=§", [SINGLE, BARE, BARE]),
        ("f() { '§'; }; function g { case x in a) '§';; esac; }", [SINGLE, SINGLE]),
        ("if x; then case x in a) '§';; esac fi; (case x in a) '§';; esac)", [SINGLE, SINGLE]),
        ("# §\n#§\n  # it's\n'§'", [COMMENT, COMMENT, SINGLE]),
        ("echo $( # it's )\n '§') '§'", [SINGLE, SINGLE]),
        ("echo `# it's §` '§'", [COMMENT, SINGLE]),
        ("echo a\\\n#§", [BARE]),
        ("echo \\\n# §", [COMMENT]),
        ("echo 2>&1 &> '§' | cat '§'", [SINGLE, SINGLE]),
    ],
)
def test_quoting_in_posix_shells(script: str, quotings: list[Quoting]) -> None:
    assert _quotings(script) == quotings
    assert _quotings(script, "sh") == quotings


@pytest.mark.parametrize(
    ("script", "quotings"),
    [
        ("cat <<EOF\n'§' \"§\"\nEOF\n'§'", [HEREDOC, HEREDOC, SINGLE]),
        ("cat <<'EOF'\n'§'\nEOF\n'§'", [HEREDOC_QUOTED, SINGLE]),
        ('cat <<"EOF"\n§\nEOF\n', [HEREDOC_QUOTED]),
        ("cat <<\\EOF\n§\nEOF\n", [HEREDOC_QUOTED]),
        ("cat <<E'O'F\n§\nEOF\n", [HEREDOC_QUOTED]),
        ("cat <<-EOF\n\t'§\n\tEOF\n'§'", [HEREDOC, SINGLE]),
        ("cat <<EOF\n\tEOF\n'§'", [HEREDOC]),
        ("cat << EOF '§'\nit's §\nEOF\n'§'", [SINGLE, HEREDOC, SINGLE]),
        (
            "cat <<A <<'B' '§' | cat <<C\n'§\nA\n'§\nB\n\"§\nC\n'§'",
            [SINGLE, HEREDOC, HEREDOC_QUOTED, HEREDOC, SINGLE],
        ),
        ("cat <<EOF\n$(echo '§' \"§\")'§\nEOF\n", [SINGLE, DOUBLE, HEREDOC]),
        ("cat <<EOF\n${x:-'§'} $((§))\nEOF\n", [DOUBLE, ARITHMETIC]),
        ("cat <<EOF\n\\$(echo '§')\nEOF\n", [HEREDOC]),
        ("x=$(cat <<EOF\nit's )§\nEOF\n)'§'", [HEREDOC, SINGLE]),
        ("x=$(cat <<EOF\nit's §\nEOF)'§'", [HEREDOC, SINGLE]),
        ('"$(cat <<EOF\n"§\nEOF\n)§"', [HEREDOC, DOUBLE]),
        ("cat <<EOF\n$(cat <<'IN'\n'§\nIN\n)'§\nEOF\n'§'", [HEREDOC_QUOTED, HEREDOC, SINGLE]),
        ("cat <<EOF; case x in\nit's §\nEOF\na) '§';; esac", [HEREDOC, SINGLE]),
        ("cat <<EOF\nfoo\\\nEOF\n'§'\nEOF\n'§'", [HEREDOC, SINGLE]),
        ("cat <<EOF\nfoo\\\\\nEOF\n'§'", [SINGLE]),
        ("cat <<'EOF'\nfoo\\\nEOF\n'§'", [SINGLE]),
        ("cat <<EOF\nnever '§' ended", [HEREDOC]),
        ("echo $((1<<2))\n'§'", [SINGLE]),
        ("echo '<<EOF' \"<<EOF\" # <<EOF\n'§'", [SINGLE]),
    ],
)
def test_heredocs(script: str, quotings: list[Quoting]) -> None:
    assert _quotings(script) == quotings


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("echo § §x §", "echo $V ${V}x $V"),
        ("echo §§ §/§", "echo $V$V $V/$V"),
        ('echo "a § b§c"', 'echo "a $V b${V}c"'),
        ("echo 'a § b'", "echo 'a '\"${V}\"' b'"),
        ("echo $'a§\\n'", "echo $'a'\"${V}\"$'\\n'"),
        ("echo $((§+1))", "echo $((${V}+1))"),
        ("x # §", "x # written here"),
        ('echo "C:\\§"', 'echo "C:\\\\$V"'),
        ("cat <<EOF\n§x \\§\nEOF\n", "cat <<EOF\n${V}x \\\\${V}\nEOF\n"),
        (
            "cat <<'EOF' <<\"B\"\n$x `y` \\§\\\nEOF\n§$z\nB\necho '§'",
            "cat <<EOF <<B\n\\$x \\`y\\` \\\\${V}\\\\\nEOF\n${V}\\$z\nB\necho ''\"${V}\"''",
        ),
        ("cat <<'A'\n$x\nA\ncat '§'", "cat <<'A'\n$x\nA\ncat ''\"${V}\"''"),
        ("no holes $'here", "no holes $'here"),
    ],
)
def test_variables_in_posix_shells(script: str, text: str) -> None:
    filled = _filled(script)
    assert filled.text == text
    assert filled.problems == ()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo $§", "name"),
        ('echo "$§"', "name"),
        ("echo ${§}", "name"),
        ("echo ${A_§}", "name"),
        ("echo ${§_B:-x}", "name"),
        ("echo ${#§}", "name"),
        ("echo $A§", "name"),
        ('echo "$A§"', "name"),
        ("§=x", "assigned"),
        ("A_§=x", "assigned"),
        ("§_B+=x", "assigned"),
        ("x; A§=x", "assigned"),
        ("for § in a", "declared"),
        ("function § { x; }", "declared"),
        ("§() { x; }", "declared"),
        ("cat <<§\nx\n", "delimiter"),
        ("cat <<'E§'\nx\n", "delimiter"),
        ("echo \\§", "backslash"),
        ("echo $'\\§'", "backslash"),
        ("eval echo §", "eval"),
        ('eval "echo §"', "eval"),
        ("x && eval 'echo §'", "eval"),
        ("echo {1..§}", "braces"),
        ("echo ~§", "tilde"),
        ("cat <<'a b'\n§\na b\n", "quotes"),
        ("echo `cat <<'A'\n§\nA\n`", "backticks"),
        ("$( " * 120 + "'§'", "levels"),
    ],
)
def test_where_no_variable_means_the_same(script: str, reason: str) -> None:
    ((index, problem),) = _filled(script).problems
    assert index == 1
    assert reason in problem


@pytest.mark.parametrize(
    "script",
    [
        "echo $1§ $?§ $$ §",
        "export A_§=x",
        "env A=§ x A§=y",
        "[ § == x ]",
        "eval x; echo §",
        "echo {a,§} {§..b ${x..§}",
        "echo a~§",
        "A=§ x",
        "for x in §",
        "evaluate §",
    ],
)
def test_where_a_variable_is_fine(script: str) -> None:
    assert _filled(script).problems == ()


HOSTILE = (
    "a b",
    "it's",
    'say "hi"',
    "$(echo RUN)",
    "`echo RUN`",
    "$HOME ${x}",
    "a\\nb\\",
    "a\nb",
    "* ? [a]",
    "'; echo RUN; '",
    '"; echo RUN; "',
    "EOF\necho RUN",
    ")",
    "}",
    "é",
)
TAME = "QzQ"


def _run(shell: str, script: str, value: str) -> str:
    """What a script prints while the variable has the value."""
    done = subprocess.run(
        [shell, "-c", script],
        capture_output=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "V": value},
        timeout=10,
        check=True,
    )
    return done.stdout.decode()


def _check_run(shell: str, script: str, values: tuple[str, ...]) -> None:
    """The variable prints what the pasted text does; values that are code are not run."""
    filled = _filled(script, "bash" if shell == "bash" else "sh")
    assert filled.problems == ()
    pasted = _run(shell, script.replace("§", TAME), "")
    assert _run(shell, filled.text, TAME) == pasted
    for value in values:
        assert _run(shell, filled.text, value) == pasted.replace(TAME, value)


@needs_bash
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "script",
    [
        'printf "%s|" "§" "a § b" "§§"',
        "printf '%s|' '§' 'a § b' '§§'",
        "printf '%s|' \"$(printf '%s,' '§' \"§\")\"",
        "printf '%s|' \"`printf '%s,' '§'`\"",
        'printf \'%s|\' "${u:-§}" "${u:-"§"}"',
        "x=§; printf '%s|' \"$x\"",
        "case '§' in \"§\") printf '%s|' '§' ;; *) echo no ;; esac",
        "cat <<EOF\na '§' \"§\" $(printf '%s' '§')\nEOF\n",
        "cat <<'EOF'\n$HOME `x` \\ '§' \\\\ \\\"\nEOF\n",
        "cat <<-'EOF' | cat\n\t§\n\tEOF\nprintf '%s|' \"§\"",
        "# § it's\nprintf '%s|' '§' # \"§",
        'printf "%s|" "\\"§\\"" \'"§"\'',
    ],
)
def test_scripts_do_the_same_with_variables(shell: str, script: str) -> None:
    _check_run(shell, script, HOSTILE)


@needs_bash
def test_what_bash_alone_has_does_the_same() -> None:
    _check_run("bash", "printf '%s|' $'a§b' $'§'", HOSTILE)
    _check_run("bash", "[[ '§' == \"§\" ]] && cat <<< '§' <(printf '%s' \"§\")", HOSTILE)


@needs_bash
@pytest.mark.parametrize(
    ("script", "value"), [("echo $((2 * § + 1))", "3"), ("((x=§)); echo $x", "1+2")]
)
def test_arithmetic_does_the_same(script: str, value: str) -> None:
    pasted = _run("bash", script.replace("§", value), "")
    assert _run("bash", _filled(script).text, value) == pasted


_PLAIN = st.text("ab #;&|(){}*!\n=", max_size=3)


def _quoted(opening: str, inside: st.SearchStrategy[str], closing: str) -> st.SearchStrategy[str]:
    many = st.lists(inside | st.just("§"), max_size=3).map("".join)
    return many.map(lambda text: f"{opening}{text}{closing}")


def _words(command: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    substituted = command.map(lambda text: f"$({text}\n)")
    return (
        _quoted("'", _PLAIN | st.sampled_from(['"', "$x", "`", "\\"]), "'")
        | _quoted('"', _PLAIN | substituted | st.sampled_from(["'", '\\"', "${x}"]), '"')
        | _quoted('"${u:-', st.text("ab #(", max_size=3), '}"')
        | substituted.map(lambda text: f'"{text}"')
    )


def _commands(command: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    printed = st.lists(_words(command), min_size=1, max_size=3).map(
        lambda words: f"printf '%s|' {' '.join(words)}"
    )
    heredoc = st.builds(
        lambda quote, body: f"cat <<{quote}EOF{quote} | cat\n{body}\nEOF\n:",
        st.sampled_from(["", "'", '"']),
        _quoted("", _PLAIN | st.sampled_from(["'", '"']), ""),
    )
    return (
        printed
        | heredoc
        | command.map(lambda text: f"case ab in x|y) no;; (ab) {text}\n;; *) no;; esac")
        | command.map(lambda text: f"( {text}\n)")
        | st.tuples(command, command).map(lambda two: f"{two[0]} # it's § `\n{two[1]}")
    )


_SCRIPTS = st.recursive(st.just("printf '%s|' \"§\" '§'"), _commands, max_leaves=4)


@needs_bash
@given(_SCRIPTS, st.sampled_from(HOSTILE))
def test_any_nesting_does_the_same(script: str, value: str) -> None:
    _check_run("bash", script, (value,))


@pytest.mark.parametrize(
    ("script", "quotings"),
    [
        ("echo § '§' \"§\"", [BARE, SINGLE, DOUBLE]),
        ('\'it\'\'s §\' "a""§" "`"§"', [SINGLE, DOUBLE, DOUBLE]),
        ('"$(echo \'§\' § "§") §"', [SINGLE, BARE, DOUBLE, DOUBLE]),
        ("# it's §\n'§' <# '§' #> a#'§'", [COMMENT, SINGLE, COMMENT, SINGLE]),
        ("$x = @'\nit's \"§\n'@\n'§'", [HEREDOC_QUOTED, SINGLE]),
        ("$x = @\"\n\"§\" $(echo '§')\n\"@\n'§'", [HEREDOC, SINGLE, SINGLE]),
        ("@{ a = '§' }; if ($x) { \"§\" }", [SINGLE, DOUBLE]),
        ("echo `' § `\" §", [BARE, BARE]),
        ("echo ${a'b} '§'", [SINGLE]),
    ],
)
def test_quoting_in_powershell(script: str, quotings: list[Quoting]) -> None:
    assert _quotings(script, "pwsh") == quotings
    assert _quotings(script, "powershell") == quotings


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("echo § §x §", "echo $env:V ${env:V}x $env:V"),
        ('echo "a §b"', 'echo "a $($env:V)b"'),
        ("echo 'a §b'", 'echo "a $($env:V)b"'),
        ("echo 'it''s $5 `\"§'", 'echo "it\'s `$5 ```"$($env:V)"'),
        ("echo 'no $hole' '§'", "echo 'no $hole' \"$($env:V)\""),
        ('@"\n§\n"@', '@"\n$($env:V)\n"@'),
        ("@'\n$a `b \"§\"\n'@", '@"\n`$a ``b "$($env:V)"\n"@'),
        ("if (§ -gt 3) { } # §", "if ($env:V -gt 3) { } # written here"),
        ("& §", "& $env:V"),
    ],
)
def test_variables_in_powershell(script: str, text: str) -> None:
    filled = _filled(script, "pwsh")
    assert filled.text == text
    assert filled.problems == ()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo $§", "name"),
        ("echo $env:§", "name"),
        ("echo ${env:§}", "name"),
        ('"$a§"', "name"),
        ("echo `§", "backtick"),
        ('"`§"', "backtick"),
        ("make -x=§", "begins with '-'"),
        ("§ build", "command"),
        ("x; §/y", "command"),
        ("if ($x) { § }", "command"),
        ("x && §", "command"),
        ("@'\n\"@ §\n'@", "here-string"),
    ],
)
def test_where_powershell_takes_no_variable(script: str, reason: str) -> None:
    ((_, problem),) = _filled(script, "pwsh").problems
    assert reason in problem


@pytest.mark.parametrize(
    ("script", "quotings"),
    [
        ("print('§', \"§\", §)", [SINGLE, DOUBLE, BARE]),
        ("# it's §\n'#§'", [COMMENT, SINGLE]),
        ("'''it's §''' + \"\"\"a\"§\"\"\"", [SINGLE, DOUBLE]),
        ("x = r'\\' + '§'", [BARE]),
        ("'it\\'s §'", [SINGLE]),
        ("if'§'in'§':", [SINGLE, SINGLE]),
    ],
)
def test_quoting_in_python(script: str, quotings: list[Quoting]) -> None:
    assert _quotings(script, "python") == quotings


@pytest.mark.parametrize(
    "script",
    [
        "print('a § b', \"a § b\")",
        "print('{x} § {{}}', '%d § %%' % 3, 'a' '§' \"b\")",
        "print(r'\\d{2}§', u'§', f'{1+1}§{{', rf'\\{2}§')",
        "print('''it's\n§''', \"\"\"a\"\n§\"\"\".upper().lower())",
        "print('{0}§'[3:], '§'.join(['a', 'b']))",
        "print('\\N{DIGIT ONE}{§}', '\\x41\\\\§') # it's §",
    ],
)
@pytest.mark.parametrize("value", ["q", 'it\'s "q" {q} \\n', "'''\"\"\"", "{__import__('os')}"])
def test_python_prints_the_same_with_variables(
    script: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = _filled(script, "python")
    assert filled.problems == ()
    monkeypatch.setenv("V", value.lower())
    pasted = _printed(script.replace("§", "qzq"))
    assert _printed(filled.text) == pasted.replace("qzq", value.lower())


def _printed(script: str) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(script, "script", "exec"), {})
    return output.getvalue()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("x = §", "code"),
        ("x = b'§'", "bytes"),
        ("x = f'{§}'", "f-string"),
        ("x = f\"{'§'}\"", "f-string"),
        ("x = '\\§'", "backslash"),
    ],
)
def test_where_python_takes_no_variable(script: str, reason: str) -> None:
    ((_, problem),) = _filled(script, "python").problems
    assert reason in problem


@pytest.mark.parametrize(
    ("script", "quotings", "text"),
    [
        ('echo § "§" §', [BARE, DOUBLE, BARE], 'echo %V% "%V%" %V%'),
        ('echo "\necho §', [BARE], 'echo "\necho %V%'),
        (
            "@REM §\r\n:: §\necho §",
            [COMMENT, COMMENT, BARE],
            "@REM written here\r\n:: written here\necho %V%",
        ),
        ("echo %A%§ 100%%§", [BARE, BARE], "echo %A%%V% 100%%%V%"),
    ],
)
def test_cmd(script: str, quotings: list[Quoting], text: str) -> None:
    assert _quotings(script, "cmd") == quotings
    assert _filled(script, "cmd").text == text
    assert _filled(script, "cmd").problems == ()


def test_cmd_takes_no_variable_in_a_name() -> None:
    assert [index for index, _ in _filled("echo %§% %A% §", "cmd").problems] == [1]


def test_an_unknown_language_is_a_problem() -> None:
    ((index, problem),) = _filled("print '§'", "perl").problems
    assert (index, "language" in problem) == (1, True)


def test_each_part_has_a_variable_of_its_own() -> None:
    bound: list[_Hole] = []

    def bind(hole: _Hole) -> str:
        bound.append(hole)
        return f"V{len(bound)}"

    first, second = _Hole(), _Hole()
    parts: list[str | _Hole] = ["echo ", first, second, " # ", _Hole()]
    filled = substitute(parts, bind)
    assert filled.text == "echo $V1$V2 # ..."
    assert bound == [first, second]
    assert filled.quotings == (BARE, BARE, COMMENT)


def test_a_script_may_hold_the_character_that_stands_for_holes() -> None:
    assert _filled("echo \ue000 '\ue000§' \ue000").text == "echo \ue000 '\ue000'\"${V}\"'' \ue000"


def _hostile_scripts() -> Iterator[str]:
    for unit in ("(", "((", "$((", "$(", "${", "`", '"', "'", "\\", "\\`", "case x in a) ", "[[ "):
        yield unit * 30_000
    for unit in ("cat <<A\n", "$(cat <<A\n", "cat <<'A' <<'A'\n", "{1..", "# `\n", "((a);", '$("'):
        yield unit * 10_000
    for unit in ("'''", 'f"{', "@'\n", '@"\n', "<#", "%", "$a", "a\\\nA\n"):
        yield unit * 10_000


@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_scripts_take_linear_time_and_no_recursion(dialect: str) -> None:
    for script in _hostile_scripts():
        assert len(_filled(script + "§", dialect).quotings) == 1
    assert len(_filled("§" * 20_000, dialect).quotings) == 20_000


@pytest.mark.parametrize("dialect", DIALECTS)
@given(script=st.text("§a '\"$(){}`\\#\n<E@|;&%=[]fr", max_size=60))
def test_no_script_crashes_the_scanner(dialect: str, script: str) -> None:
    filled = _filled(script, dialect)
    assert len(filled.quotings) == script.count("§")
    assert "\ue000" not in filled.text
