
use builtin;
use str;

set edit:completion:arg-completer[clientc] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'clientc'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'clientc'= {
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand check 'Find what is wrong with the clients of one or more projects'
            cand resolve 'Show every client down to its leaves: limits, where they come from, and the worst case'
            cand fmt 'Lay out client and retry_policy blocks in the one style; every other byte stays'
            cand explain 'Explain a rule, or list all rules'
            cand replay 'Say of a recorded call, attempt by attempt, whether its plan was obeyed and which line decided it'
            cand export 'Write the configuration of something that has to keep to the plan'
            cand init 'Write a `clientc.toml` in which every key is explained'
            cand lsp 'Run the language server for an editor, over standard input and output'
            cand schema 'Print the JSON Schema of an output or of `clientc.toml`'
            cand completions 'Print a script that completes commands and options in a shell'
            cand man 'Print a manual page, or write all of them'
        }
        &'clientc;check'= {
            cand --stdin-filename 'The file that standard input stands for: its project is read, and only its findings are shown'
            cand --config 'Obey this file in place of the nearest `clientc.toml`'
            cand --profile 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`'
            cand --exclude 'Leave out folders and files that match this pattern, relative to the working folder'
            cand --format 'How findings are written'
            cand --output-format 'How findings are written'
            cand --output-file 'Write findings into this file in place of standard output'
            cand --select 'Show the findings of these rules only, and of those that keep a project from being resolved'
            cand --min-level 'Show findings of this level and above only; others do not count'
            cand --error 'Make these rules errors'
            cand --warn 'Make these rules warnings'
            cand --info 'Make these rules infos'
            cand --ignore 'Turn these rules off'
            cand --add-ignore 'Write a comment above each finding that silences it, with this reason'
            cand --baseline 'Leave out the findings that this file accepts; without it the one that `baseline` in clientc.toml names'
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --isolated 'Obey no `clientc.toml`'
            cand --statistics 'Count the findings of each rule in place of listing them'
            cand --show-files 'List the files that are read, and check nothing'
            cand --fix 'Apply safe fixes to the files, until nothing changes; findings that are left are shown'
            cand --fix-only 'The same as --fix, but what is left is neither shown nor counted'
            cand --unsafe-fixes 'With --fix or --diff: also fixes that change what a client does, which a person should look at'
            cand --diff 'Change nothing; show what --fix or --add-ignore would change, and exit with 1 if fixes would change anything'
            cand --write-baseline 'Write the findings of this run into the baseline, as accepted'
            cand --prune-baseline 'Take the findings that no longer occur out of the baseline'
            cand --show-settings 'Show what holds for each project: its settings, entries and levels; check nothing'
            cand --all-profiles 'Check without a profile and with each profile of `clientc.toml`'
            cand --watch 'Check again whenever a source or a `clientc.toml` changes, until interrupted'
            cand --error-on-warnings 'Exit with 1 where there are warnings'
            cand --exit-zero 'Exit with 0 where there are findings'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;resolve'= {
            cand --stdin-filename 'The file that standard input stands for: its project is read, and only its findings are shown'
            cand --config 'Obey this file in place of the nearest `clientc.toml`'
            cand --profile 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`'
            cand --exclude 'Leave out folders and files that match this pattern, relative to the working folder'
            cand --format 'How clients are written'
            cand --output-format 'How clients are written'
            cand --client 'Only this client and what it reaches'
            cand --function 'Only the client of this function and what it reaches'
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --isolated 'Obey no `clientc.toml`'
            cand --why 'Say why: where each limit comes from, and what happens when every attempt times out'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;fmt'= {
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --check 'Change nothing; list the files that would change, and exit with 1 if there are any'
            cand --diff 'Change nothing; show what would change, and exit with 1 if anything would'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;explain'= {
            cand --format 'How it is written'
            cand --output-format 'How it is written'
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;replay'= {
            cand --plan 'The resolved plan that the call followed, as `clientc resolve --format json` writes it'
            cand --tolerance 'How late a timer may be, in milliseconds'
            cand --format 'How it is written'
            cand --output-format 'How it is written'
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;export'= {
            cand --stdin-filename 'The file that standard input stands for: its project is read, and only its findings are shown'
            cand --config 'Obey this file in place of the nearest `clientc.toml`'
            cand --profile 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`'
            cand --exclude 'Leave out folders and files that match this pattern, relative to the working folder'
            cand --listen 'Where the front listens'
            cand --gateway 'A gateway behind the front; once for each'
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --isolated 'Obey no `clientc.toml`'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;init'= {
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;lsp'= {
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --stdio 'Speak over standard input and output, as it always does; some editors say so'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;schema'= {
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;completions'= {
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clientc;man'= {
            cand --folder 'Write all pages into this folder'
            cand --color 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed'
            cand --ascii 'Draw with ASCII characters only'
            cand -q 'Write findings and errors only: no summary and no notes'
            cand --quiet 'Write findings and errors only: no summary and no notes'
            cand -v 'Say on standard error which projects were found, and which settings each of them obeys'
            cand --verbose 'Say on standard error which projects were found, and which settings each of them obeys'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
