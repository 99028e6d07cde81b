"""The blocks of all BAML files below a folder as a tree-sitter grammar sees them: blocks.py FOLDER

Prints one line of JSON a file: its path from the folder, and for each client, retry policy and function its kind, its
name and the byte at which it begins. The grammar is the package `treesitter-chunker-baml-grammar`.
"""

import json
import pathlib
import sys

import tree_sitter
import treesitter_chunker_baml_grammar

KINDS = {
    "client_declaration": "client",
    "retry_policy_declaration": "retry_policy",
    "function_declaration": "function",
}


def blocks(node):
    for child in node.children:
        if child.type in KINDS:
            name = child.child_by_field_name("name")
            yield [KINDS[child.type], name.text.decode().strip('"') if name else "", child.start_byte]
        elif child.type == "ERROR":
            # What stands in the midst of something that could not be read counts too.
            yield from blocks(child)


parser = tree_sitter.Parser(tree_sitter.Language(treesitter_chunker_baml_grammar.language()))
root = pathlib.Path(sys.argv[1])
for file in sorted(root.rglob("*.baml")):
    found = list(blocks(parser.parse(file.read_bytes()).root_node))
    print(json.dumps({"file": file.relative_to(root).as_posix(), "blocks": found}))
