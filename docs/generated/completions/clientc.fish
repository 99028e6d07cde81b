# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_clientc_global_optspecs
    string join \n color= ascii q/quiet v/verbose h/help V/version
end

function __fish_clientc_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_clientc_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_clientc_using_subcommand
    set -l cmd (__fish_clientc_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c clientc -n "__fish_clientc_needs_command" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_needs_command" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_needs_command" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_needs_command" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_needs_command" -s V -l version -d 'Print version'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "check" -d 'Find what is wrong with the clients of one or more projects'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "resolve" -d 'Show every client down to its leaves: limits, where they come from, and the worst case'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "diff" -d 'Show what a change does to the plan: limits, routes and worst cases, before and after'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "git-diff-driver" -d 'Show it in `git diff` of a `.baml` file: `git config diff.baml.command "clientc git-diff-driver"`'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "fmt" -d 'Lay out client and retry_policy blocks in the one style; every other byte stays'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "explain" -d 'Explain a rule, or list all rules'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "replay" -d 'Say of a recorded call, attempt by attempt, whether its plan was obeyed and which line decided it'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "export" -d 'Write the configuration of something that has to keep to the plan'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "init" -d 'Write a `clientc.toml` in which every key is explained'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "lsp" -d 'Run the language server for an editor, over standard input and output'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "schema" -d 'Print the JSON Schema of an output or of `clientc.toml`'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "completions" -d 'Print a script that completes commands and options in a shell'
complete -c clientc -n "__fish_clientc_needs_command" -f -a "man" -d 'Print a manual page, or write all of them'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l stdin-filename -d 'The file that standard input stands for: its project is read, and only its findings are shown' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand check" -l config -d 'Obey this file in place of the nearest `clientc.toml`' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand check" -l profile -d 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`' -r
complete -c clientc -n "__fish_clientc_using_subcommand check" -l exclude -d 'Leave out folders and files that match this pattern, relative to the working folder' -r
complete -c clientc -n "__fish_clientc_using_subcommand check" -l format -l output-format -d 'How findings are written' -r -f -a "full\t'With the source, for people'
concise\t'One line each: `file:line:col: level[rule]: message`'
json\t'One JSON document'
json-lines\t'One JSON object a line'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Annotations of GitHub\'s workflows'
gitlab\t'GitLab\'s code quality report'
junit\t'JUnit\'s XML'
rdjson\t'Reviewdog\'s JSON'"
complete -c clientc -n "__fish_clientc_using_subcommand check" -l output-file -d 'Write findings into this file in place of standard output' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand check" -l select -d 'Show the findings of these rules only, and of those that keep a project from being resolved' -r
complete -c clientc -n "__fish_clientc_using_subcommand check" -l min-level -d 'Show findings of this level and above only; others do not count' -r -f -a "error\t'Errors'
warning\t'Errors and warnings'
info\t'All findings'"
complete -c clientc -n "__fish_clientc_using_subcommand check" -l error -d 'Make these rules errors' -r
complete -c clientc -n "__fish_clientc_using_subcommand check" -l warn -d 'Make these rules warnings' -r
complete -c clientc -n "__fish_clientc_using_subcommand check" -l info -d 'Make these rules infos' -r
complete -c clientc -n "__fish_clientc_using_subcommand check" -l ignore -d 'Turn these rules off' -r
complete -c clientc -n "__fish_clientc_using_subcommand check" -l add-ignore -d 'Write a comment above each finding that silences it, with this reason' -r
complete -c clientc -n "__fish_clientc_using_subcommand check" -l baseline -d 'Leave out the findings that this file accepts; without it the one that `baseline` in clientc.toml names' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand check" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand check" -l isolated -d 'Obey no `clientc.toml`'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l statistics -d 'Count the findings of each rule in place of listing them'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l show-files -d 'List the files that are read, and check nothing'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l fix -d 'Apply safe fixes to the files, until nothing changes; findings that are left are shown'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l fix-only -d 'The same as --fix, but what is left is neither shown nor counted'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l unsafe-fixes -d 'With --fix or --diff: also fixes that change what a client does, which a person should look at'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l diff -d 'Change nothing; show what --fix or --add-ignore would change, and exit with 1 if fixes would change anything'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l write-baseline -d 'Write the findings of this run into the baseline, as accepted'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l prune-baseline -d 'Take the findings that no longer occur out of the baseline'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l show-settings -d 'Show what holds for each project: its settings, entries and levels; check nothing'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l all-profiles -d 'Check without a profile and with each profile of `clientc.toml`'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l watch -d 'Check again whenever a source or a `clientc.toml` changes, until interrupted'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l error-on-warnings -d 'Exit with 1 where there are warnings'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l exit-zero -d 'Exit with 0 where there are findings'
complete -c clientc -n "__fish_clientc_using_subcommand check" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand check" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand check" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l stdin-filename -d 'The file that standard input stands for: its project is read, and only its findings are shown' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l config -d 'Obey this file in place of the nearest `clientc.toml`' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l profile -d 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`' -r
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l exclude -d 'Leave out folders and files that match this pattern, relative to the working folder' -r
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l format -l output-format -d 'How clients are written' -r -f -a "table\t'A table, for people'
json\t'One JSON document, for one project'
json-lines\t'One JSON document a line, for any number of projects'
tree\t'The composition as a tree, for people'
mermaid\t'A graph for Mermaid, of one project'
dot\t'A graph for Graphviz'
html\t'One page for a browser, of one project, with everything in it'"
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l client -d 'Only this client and what it reaches' -r
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l function -d 'Only the client of this function and what it reaches' -r
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l runtime -d 'Whose numbers lead: what BAML\'s own run time does with the plan, or clientc\'s library and gateway. Without it, what `calls` of `[runtime]` says' -r -f -a "baml\t'BAML\'s own run time'
clientc\t'clientc\'s library and gateway'"
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l isolated -d 'Obey no `clientc.toml`'
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l why -d 'Say why: where each limit comes from, and what happens when every attempt times out'
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l no-source -d 'Leave files, lines and columns out of the JSON, so that it changes only when the plan does'
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l open -d 'Write the page into a temporary file and show it in the browser; goes with `--format html`'
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand resolve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l stdin-filename -d 'The file that standard input stands for: its project is read, and only its findings are shown' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l config -d 'Obey this file in place of the nearest `clientc.toml`' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l profile -d 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`' -r
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l exclude -d 'Leave out folders and files that match this pattern, relative to the working folder' -r
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l against -d 'What the files are compared with: a git revision, another folder, or a JSON that `clientc resolve` wrote' -r
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l format -l output-format -d 'How differences are written' -r -f -a "full\t'For people, with the routes that a change is felt on'
concise\t'One line a change'
json\t'One JSON document'
github\t'Annotations of GitHub\'s workflows'
markdown\t'A comment of a pull request'
html\t'One page for a browser, with both schedules on one axis'"
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l fail-on -d 'Fail only on changes of these kinds, separated by commas' -r -f -a "added\t''
removed\t''
renamed\t''
raised\t''
lowered\t''
gained\t''
lost\t''
members\t''
options\t''
retry\t''
worst-case\t''"
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l approved -d 'Leave out the changes whose fingerprints stand in this file, one a line; `#` begins a comment' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l isolated -d 'Obey no `clientc.toml`'
complete -c clientc -n "__fish_clientc_using_subcommand diff" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand diff" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand diff" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand git-diff-driver" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand git-diff-driver" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand git-diff-driver" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand git-diff-driver" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand git-diff-driver" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand fmt" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand fmt" -l check -d 'Change nothing; list the files that would change, and exit with 1 if there are any'
complete -c clientc -n "__fish_clientc_using_subcommand fmt" -l diff -d 'Change nothing; show what would change, and exit with 1 if anything would'
complete -c clientc -n "__fish_clientc_using_subcommand fmt" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand fmt" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand fmt" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand fmt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand explain" -l format -l output-format -d 'How it is written' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c clientc -n "__fish_clientc_using_subcommand explain" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand explain" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand explain" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand explain" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand replay" -l plan -d 'The resolved plan that the call followed, as `clientc resolve --format json` writes it' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand replay" -l tolerance -d 'How late a timer may be, in milliseconds' -r
complete -c clientc -n "__fish_clientc_using_subcommand replay" -l format -l output-format -d 'How it is written' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c clientc -n "__fish_clientc_using_subcommand replay" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand replay" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand replay" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand replay" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand export" -l stdin-filename -d 'The file that standard input stands for: its project is read, and only its findings are shown' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand export" -l config -d 'Obey this file in place of the nearest `clientc.toml`' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand export" -l profile -d 'Obey this profile of `clientc.toml` as well: `[profiles.NAME]`' -r
complete -c clientc -n "__fish_clientc_using_subcommand export" -l exclude -d 'Leave out folders and files that match this pattern, relative to the working folder' -r
complete -c clientc -n "__fish_clientc_using_subcommand export" -l listen -d 'Where the front listens' -r
complete -c clientc -n "__fish_clientc_using_subcommand export" -l gateway -d 'A gateway behind the front; once for each' -r
complete -c clientc -n "__fish_clientc_using_subcommand export" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand export" -l isolated -d 'Obey no `clientc.toml`'
complete -c clientc -n "__fish_clientc_using_subcommand export" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand export" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand export" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand init" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand init" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand init" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand init" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand lsp" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand lsp" -l stdio -d 'Speak over standard input and output, as it always does; some editors say so'
complete -c clientc -n "__fish_clientc_using_subcommand lsp" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand lsp" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand lsp" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand lsp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand schema" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand schema" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand schema" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand schema" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand completions" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand completions" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand completions" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand completions" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clientc -n "__fish_clientc_using_subcommand man" -l folder -d 'Write all pages into this folder' -r -F
complete -c clientc -n "__fish_clientc_using_subcommand man" -l color -d 'When to use colour; `NO_COLOR` and `FORCE_COLOR` are obeyed' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c clientc -n "__fish_clientc_using_subcommand man" -l ascii -d 'Draw with ASCII characters only'
complete -c clientc -n "__fish_clientc_using_subcommand man" -s q -l quiet -d 'Write findings and errors only: no summary and no notes'
complete -c clientc -n "__fish_clientc_using_subcommand man" -s v -l verbose -d 'Say on standard error which projects were found, and which settings each of them obeys'
complete -c clientc -n "__fish_clientc_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
