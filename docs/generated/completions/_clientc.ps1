
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'clientc' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'clientc'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'clientc' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find what is wrong with the clients of one or more projects')
            [CompletionResult]::new('resolve', 'resolve', [CompletionResultType]::ParameterValue, 'Show every client down to its leaves: limits, where they come from, and the worst case')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what a change does to the plan: limits, routes and worst cases, before and after')
            [CompletionResult]::new('git-diff-driver', 'git-diff-driver', [CompletionResultType]::ParameterValue, 'Show it in `git diff` of a `.baml` file: `git config diff.baml.command "clientc git-diff-driver"`')
            [CompletionResult]::new('fmt', 'fmt', [CompletionResultType]::ParameterValue, 'Lay out client and retry_policy blocks in the one style; every other byte stays')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a rule, or list all rules')
            [CompletionResult]::new('replay', 'replay', [CompletionResultType]::ParameterValue, 'Say of a recorded call, attempt by attempt, whether its plan was obeyed and which line decided it')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the configuration of something that has to keep to the plan')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a `clientc.toml` in which every key is explained')
            [CompletionResult]::new('lsp', 'lsp', [CompletionResultType]::ParameterValue, 'Run the language server for an editor, over standard input and output')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of an output or of `clientc.toml`')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a script that completes commands and options in a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page, or write all of them')
            break
        }
        'clientc;check' {
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'The file that standard input stands for: its project is read, and only its findings are shown')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Obey this file in place of the nearest `clientc.toml`')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out folders and files that match this pattern, relative to the working folder')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How findings are written')
            [CompletionResult]::new('--output-format', '--output-format', [CompletionResultType]::ParameterName, 'How findings are written')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Write findings into this file in place of standard output')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Show the findings of these rules only, and of those that keep a project from being resolved')
            [CompletionResult]::new('--min-level', '--min-level', [CompletionResultType]::ParameterName, 'Show findings of this level and above only; others do not count')
            [CompletionResult]::new('--error', '--error', [CompletionResultType]::ParameterName, 'Make these rules errors')
            [CompletionResult]::new('--warn', '--warn', [CompletionResultType]::ParameterName, 'Make these rules warnings')
            [CompletionResult]::new('--info', '--info', [CompletionResultType]::ParameterName, 'Make these rules infos')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Turn these rules off')
            [CompletionResult]::new('--add-ignore', '--add-ignore', [CompletionResultType]::ParameterName, 'Write a comment above each finding that silences it, with this reason')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Leave out the findings that this file accepts; without it the one that `baseline` in clientc.toml names')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Obey no `clientc.toml`')
            [CompletionResult]::new('--statistics', '--statistics', [CompletionResultType]::ParameterName, 'Count the findings of each rule in place of listing them')
            [CompletionResult]::new('--show-files', '--show-files', [CompletionResultType]::ParameterName, 'List the files that are read, and check nothing')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Apply safe fixes to the files, until nothing changes; findings that are left are shown')
            [CompletionResult]::new('--fix-only', '--fix-only', [CompletionResultType]::ParameterName, 'The same as --fix, but what is left is neither shown nor counted')
            [CompletionResult]::new('--unsafe-fixes', '--unsafe-fixes', [CompletionResultType]::ParameterName, 'With --fix or --diff: also fixes that change what a client does, which a person should look at')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Change nothing; show what --fix or --add-ignore would change, and exit with 1 if fixes would change anything')
            [CompletionResult]::new('--write-baseline', '--write-baseline', [CompletionResultType]::ParameterName, 'Write the findings of this run into the baseline, as accepted')
            [CompletionResult]::new('--prune-baseline', '--prune-baseline', [CompletionResultType]::ParameterName, 'Take the findings that no longer occur out of the baseline')
            [CompletionResult]::new('--show-settings', '--show-settings', [CompletionResultType]::ParameterName, 'Show what holds for each project: its settings, entries and levels; check nothing')
            [CompletionResult]::new('--all-profiles', '--all-profiles', [CompletionResultType]::ParameterName, 'Check without a profile and with each profile of `clientc.toml`')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Check again whenever a source or a `clientc.toml` changes, until interrupted')
            [CompletionResult]::new('--error-on-warnings', '--error-on-warnings', [CompletionResultType]::ParameterName, 'Exit with 1 where there are warnings')
            [CompletionResult]::new('--exit-zero', '--exit-zero', [CompletionResultType]::ParameterName, 'Exit with 0 where there are findings')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;resolve' {
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'The file that standard input stands for: its project is read, and only its findings are shown')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Obey this file in place of the nearest `clientc.toml`')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out folders and files that match this pattern, relative to the working folder')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How clients are written')
            [CompletionResult]::new('--output-format', '--output-format', [CompletionResultType]::ParameterName, 'How clients are written')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only this client and what it reaches')
            [CompletionResult]::new('--function', '--function', [CompletionResultType]::ParameterName, 'Only the client of this function and what it reaches')
            [CompletionResult]::new('--runtime', '--runtime', [CompletionResultType]::ParameterName, 'Whose numbers lead: what BAML''s own run time does with the plan, or clientc''s library and gateway. Without it, what `calls` of `[runtime]` says')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Obey no `clientc.toml`')
            [CompletionResult]::new('--why', '--why', [CompletionResultType]::ParameterName, 'Say why: where each limit comes from, and what happens when every attempt times out')
            [CompletionResult]::new('--no-source', '--no-source', [CompletionResultType]::ParameterName, 'Leave files, lines and columns out of the JSON, so that it changes only when the plan does')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'Write the page into a temporary file and show it in the browser; goes with `--format html`')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;diff' {
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'The file that standard input stands for: its project is read, and only its findings are shown')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Obey this file in place of the nearest `clientc.toml`')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out folders and files that match this pattern, relative to the working folder')
            [CompletionResult]::new('--against', '--against', [CompletionResultType]::ParameterName, 'What the files are compared with: a git revision, another folder, or a JSON that `clientc resolve` wrote')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How differences are written')
            [CompletionResult]::new('--output-format', '--output-format', [CompletionResultType]::ParameterName, 'How differences are written')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Fail only on changes of these kinds, separated by commas')
            [CompletionResult]::new('--approved', '--approved', [CompletionResultType]::ParameterName, 'Leave out the changes whose fingerprints stand in this file, one a line; `#` begins a comment')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Obey no `clientc.toml`')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;git-diff-driver' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;fmt' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing; list the files that would change, and exit with 1 if there are any')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Change nothing; show what would change, and exit with 1 if anything would')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;explain' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How it is written')
            [CompletionResult]::new('--output-format', '--output-format', [CompletionResultType]::ParameterName, 'How it is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;replay' {
            [CompletionResult]::new('--plan', '--plan', [CompletionResultType]::ParameterName, 'The resolved plan that the call followed, as `clientc resolve --format json` writes it')
            [CompletionResult]::new('--tolerance', '--tolerance', [CompletionResultType]::ParameterName, 'How late a timer may be, in milliseconds')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How it is written')
            [CompletionResult]::new('--output-format', '--output-format', [CompletionResultType]::ParameterName, 'How it is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;export' {
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'The file that standard input stands for: its project is read, and only its findings are shown')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Obey this file in place of the nearest `clientc.toml`')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out folders and files that match this pattern, relative to the working folder')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where the front listens')
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'A gateway behind the front; once for each')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--isolated', '--isolated', [CompletionResultType]::ParameterName, 'Obey no `clientc.toml`')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;init' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;lsp' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--stdio', '--stdio', [CompletionResultType]::ParameterName, 'Speak over standard input and output, as it always does; some editors say so')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;schema' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clientc;man' {
            [CompletionResult]::new('--folder', '--folder', [CompletionResultType]::ParameterName, 'Write all pages into this folder')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed')
            [CompletionResult]::new('--ascii', '--ascii', [CompletionResultType]::ParameterName, 'Draw with ASCII characters only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Write findings and errors only: no summary and no notes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on standard error which projects were found, and which settings each of them obeys')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
