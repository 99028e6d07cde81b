complete --keep-order --exclusive --command clientc --arguments "(CLIENTC_COMPLETE=fish clientc -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
