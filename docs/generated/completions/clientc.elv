
set edit:completion:arg-completer[clientc] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) CLIENTC_COMPLETE="elvish" clientc -- $@words) | to-lines
}

