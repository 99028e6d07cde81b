# Read by the tests of editors in a terminal, with their arguments: the folder `work` with a copy of the project `fabula` and the
# program in `bin`, and the settings that the book prints.
program=$(realpath "${1:-target/debug/clientc}")
projects=${CLIENTC_SHARED:-../shared}/corpus/projects
for needed in "$program" "$projects"; do
    [ -e "$needed" ] || { echo "$needed is missing"; exit 1; }
done
work=$(mktemp -d)
# An editor that is still ending may write into the folder while it is removed.
trap 'rm -rf "$work" || true' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/clientc"
cp -r "$projects/brandburner__fabula__0" "$work/fabula"
chmod -R u+w "$work/fabula"

printed() { # an editor and a language; the first piece below its heading is what users copy
    awk -v editor="$1" -v fence="\`\`\`$2" '/^## / { here = $2 } here == editor && $0 == fence { inside = 1; next }
        /^```$/ { if (inside) exit } inside' docs/src/guide/editor.md
}
