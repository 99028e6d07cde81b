-- A session in Neovim over a real project, with the settings of the book. scripts/nvim_test.sh runs it:
--
--     nvim --clean --headless -l neovim.lua SETTINGS PROJECT [BAML]
--
-- SETTINGS is the Lua text of the book, PROJECT a copy of the project `fabula`. With BAML, the path of `baml-cli`, BAML's own
-- server is attached to the same buffers, and the project is `pdf-ocr`.

local settings, project, baml = arg[1], vim.uv.fs_realpath(arg[2]), arg[3]
local clients_file = project .. "/baml_src/clients.baml"
-- A client that several files name.
local old_name = baml and "CustomGPT5Mini" or "GemkuA"
local user_file = project .. "/baml_src/myth06.baml"

local function fail(what)
  io.stderr:write("FAILED: " .. what .. "\n")
  for _, item in ipairs(vim.diagnostic.get()) do
    io.stderr:write(("  %s %d: %s\n"):format(item.source or "?", item.lnum + 1, item.message))
  end
  os.exit(1)
end

local function expect(holds, what)
  if not holds then
    fail(what)
  end
  io.stdout:write("ok: " .. what .. "\n")
end

local function save()
  vim.cmd("silent wall")
end

-- Waits for something that other processes bring about. The limit is only there to end a session that hangs.
local function eventually(what, holds)
  expect(vim.wait(60000, holds, 20), what)
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") .. "\n"
end

local function count(where, what)
  return select(2, where:gsub("%f[%w_]" .. what .. "%f[^%w_]", ""))
end

local function read(file)
  return table.concat(vim.fn.readfile(file), "\n")
end

-- Puts the cursor on the first place of a pattern.
local function go(pattern, offset)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  if vim.fn.search(pattern, "c") == 0 then
    fail("no place like " .. pattern)
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  vim.api.nvim_win_set_cursor(0, { cursor[1], cursor[2] + (offset or 0) })
end

local function findings(source)
  return vim.tbl_filter(function(item)
    return (item.source == "clientc") == (source == "clientc")
  end, vim.diagnostic.get(0))
end

local function has_rule(rule)
  return vim.iter(findings("clientc")):any(function(item)
    return item.code == rule
  end)
end

local function clientc(...)
  return vim.system({ "clientc", ... }, { cwd = project, text = true }):wait()
end

local said = {}
vim.notify = function(message)
  table.insert(said, message)
end

vim.o.hidden = true
vim.o.swapfile = false
vim.cmd("filetype on")
dofile(settings)
if baml then
  vim.lsp.config("clientc", { init_options = { peer = "beside" } })
  vim.lsp.config("baml", { cmd = { baml, "lsp" }, filetypes = { "baml" }, root_markers = { "baml_src" } })
  vim.lsp.enable("baml")
end
vim.cmd.edit(clients_file)
expect(vim.bo.filetype == "baml", "the file has the type `baml`")
eventually("the server is attached", function()
  local all = vim.lsp.get_clients({ bufnr = 0 })
  return #all == (baml and 2 or 1) and vim.iter(all):all(function(client)
    return client.initialized
  end)
end)

local function alone()
  eventually("diagnostics appear", function()
    return has_rule("misspelt-key") and has_rule("unused-retry-policy")
  end)
  local misspelt = vim.iter(findings("clientc")):find(function(item)
    return item.code == "misspelt-key"
  end)
  expect(misspelt.severity == vim.diagnostic.severity.WARN, "a warning of `clientc check` is a warning")
  expect(vim.iter(findings("clientc")):any(function(item)
    return item._tags and item._tags.unnecessary
  end), "what nobody uses is faded")

  go("client<llm> GemkuA", 12)
  eventually("inlay hints are shown", function()
    return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0
  end)
  vim.lsp.codelens.refresh({ bufnr = 0 })
  eventually("lines above clients are shown", function()
    return vim.iter(vim.lsp.codelens.get(0)):any(function(lens)
      return lens.command.title:find("2 routes", 1, true) ~= nil
    end)
  end)
  eventually("our blocks are coloured", function()
    local tokens = vim.lsp.semantic_tokens.get_at_pos() or {}
    return vim.iter(tokens):any(function(token)
      return token.type == "class"
    end)
  end)

  vim.cmd.edit(user_file)
  eventually("the server is attached to a second file", function()
    return #vim.lsp.get_clients({ bufnr = 0 }) == 1
  end)
  go("client GemkuA", 8)
  vim.lsp.buf.definition()
  eventually("the definition in another file is found", function()
    return vim.api.nvim_buf_get_name(0) == clients_file
  end)
  expect(vim.api.nvim_get_current_line():find("client<llm> GemkuA", 1, true) ~= nil, "it is the line of the client")

  go("mutliplier")
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.isPreferred == true and action.kind == "quickfix"
    end,
  })
  eventually("a fix is applied", function()
    return text():find("multiplier", 1, true) ~= nil and text():find("mutliplier", 1, true) == nil
  end)
  eventually("its finding is gone", function()
    return not has_rule("misspelt-key")
  end)

  go("client<llm> LowTempGPT4o")
  vim.cmd.normal({ "jI        ", bang = true })
  save()
  expect(clientc("fmt", "--check", clients_file).code ~= 0, "the file is not laid out as `clientc fmt` does it")
  vim.lsp.buf.format()
  save()
  expect(clientc("fmt", "--check", clients_file).code == 0, "formatted, it is")
end

-- Every overlap of a finding of ours with one of BAML's.
local function doubled()
  local both = {}
  for _, theirs in ipairs(findings("baml")) do
    for _, ours in ipairs(findings("clientc")) do
      if ours.severity == vim.diagnostic.severity.ERROR and ours.lnum <= theirs.end_lnum and theirs.lnum <= ours.end_lnum then
        table.insert(both, ours.message)
      end
    end
  end
  return both
end

local function beside()
  eventually("findings that BAML does not have are there", function()
    return has_rule("unused-client")
  end)
  go("client<llm> OpenaiFallback", 12)
  local theirs = vim.lsp.get_clients({ name = "baml" })[1]
  eventually("BAML's server has read the project", function()
    local params = vim.lsp.util.make_position_params(0, theirs.offset_encoding)
    local answer = theirs:request_sync("textDocument/hover", params, 5000)
    return answer ~= nil and type(answer.result) == "table"
  end)
  expect(#findings("baml") == 0, "BAML finds no error in the project")
  vim.lsp.buf.hover()
  local function hover_text()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
      end
    end
    return ""
  end
  eventually("a hover shows what both say", function()
    return hover_text():find("Worst case", 1, true) ~= nil and hover_text():find("provider fallback", 1, true) ~= nil
  end)

  -- A client that nobody defines is an error for both.
  local line = vim.fn.search("strategy \\[CustomGPT5Mini, CustomGPT5", "n")
  local before = vim.api.nvim_buf_get_lines(0, line - 1, line, false)[1]
  local key = vim.fn.search("delay_ms 300", "n")
  -- A second mistake, which only clientc finds, shows that it has seen the text.
  local function set(to)
    vim.api.nvim_buf_set_lines(0, line - 1, line, false, { to })
    vim.api.nvim_buf_set_lines(0, key - 1, key, false, { to == before and "    delay_ms 300" or "    dellay_ms 300" })
  end
  set((before:gsub("CustomGPT5Mini", "NobodyAtAll")))
  save()
  eventually("BAML reports the unknown client", function()
    return #findings("baml") > 0
  end)
  eventually("clientc has seen the same text", function()
    return has_rule("misspelt-key")
  end)
  expect(#doubled() == 0, "no finding is said twice")
  -- The same with both reporting shows that the comparison can find something.
  local server = vim.lsp.get_clients({ name = "clientc" })[1]
  local function peer(value)
    server.settings = { clientc = { peer = value } }
    server:notify("workspace/didChangeConfiguration", { settings = server.settings })
  end
  peer("auto")
  set((before:gsub("CustomGPT5Mini", "NobodyAtAl")))
  save()
  eventually("without the setting it is said twice", function()
    return #doubled() > 0
  end)
  peer("beside")
  set(before)
  save()
  eventually("the error is gone for both", function()
    return #findings("baml") == 0 and not has_rule("misspelt-key") and #doubled() == 0
  end)
end

local function places(name)
  local sum = 0
  for _, file in ipairs(vim.fn.glob(project .. "/baml_src/*.baml", false, true)) do
    sum = sum + count(read(file), name)
  end
  return sum
end

-- Renames what the cursor is on, and compares every file.
local function rename(from, to)
  save()
  local uses = places(from)
  vim.lsp.buf.rename(to)
  eventually(from .. " is renamed", function()
    return count(text(), to) > 0
  end)
  -- A second server answers requests in their order, so what it adds to the rename is here when this one is answered.
  local document = { textDocument = vim.lsp.util.make_text_document_params() }
  vim.lsp.buf_request_sync(0, "textDocument/documentSymbol", document, 10000)
  save()
  expect(places(from) == 0 and places(to) == uses, "it is renamed once, in all " .. uses .. " places")
end

local function rename_client()
  vim.cmd.edit(clients_file)
  local rules = clientc("check", "--output-format", "concise").stdout
  go("client<llm> " .. old_name .. " ", 12)
  rename(old_name, "Storyteller")
  local after = clientc("check", "--output-format", "concise").stdout
  expect(count(after, "Storyteller") == count(rules, old_name), "the findings name it as they did before")
  expect(#vim.split(after, "\n") == #vim.split(rules, "\n"), "no finding came or went")
end

local function refused()
  local before = text()
  go("client<llm> Storyteller", 12)
  said = {}
  vim.lsp.buf.rename("GemkuB")
  eventually("a name that is taken is refused, and the message names it", function()
    return table.concat(said, "\n"):find("GemkuB", 1, true) ~= nil
  end)
  expect(text() == before, "nothing was changed")
end

if baml then
  beside()
  rename_client()
  -- What is BAML's alone stays BAML's.
  vim.cmd.edit(project .. "/baml_src/compress.baml")
  go("class DetectedTable", 6)
  rename("DetectedTable", "FoundTable")
else
  alone()
  rename_client()
  refused()
end
vim.lsp.stop_client(vim.lsp.get_clients())
eventually("the servers end", function()
  return #vim.lsp.get_clients() == 0
end)
os.exit(0)
