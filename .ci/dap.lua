-- Drives `rig dap` with nvim-dap. PACKS is a folder with pack/p/start/nvim-dap; RIG, HOW, FEATURE and OUT as in .ci/dap.
vim.o.packpath = vim.env.PACKS
vim.cmd('packadd nvim-dap')
vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.FEATURE))
local dap = require('dap')
local bad = false
local function say(...) io.stdout:write('  ' .. table.concat(vim.tbl_map(tostring, { ... }), ' ') .. '\n') end
local function wait(what, holds)
  local ok = vim.wait(30000, holds, 20)
  say(ok and 'ok' or 'TIMEOUT', what)
  bad = bad or not ok
  return ok
end

if vim.env.HOW == 'tcp' then
  local executable = { command = vim.env.RIG, args = { 'dap', '--port', '${port}' } }
  dap.adapters.rig = { type = 'server', host = '127.0.0.1', port = '${port}', executable = executable }
else
  dap.adapters.rig = { type = 'executable', command = vim.env.RIG, args = { 'dap' } }
end

local heading = vim.fn.search('Blåbærgrød', 'w')
local given, when, judged = heading + 1, heading + 2, heading + 3
local stops, over = 0, false
dap.listeners.after.event_stopped.ci = function() stops = stops + 1 end
dap.listeners.after.event_terminated.ci = function() over = true end
local function line() local session = dap.session(); return session and session.current_frame and session.current_frame.line end
local function move(what, act, to)
  local before = stops
  act()
  return wait(what, function() return stops > before and line() == to end)
end

vim.api.nvim_win_set_cursor(0, { when, 0 })
dap.set_breakpoint()
local launch = { type = 'rig', request = 'launch', name = 'step', program = vim.env.FEATURE, line = heading, seed = 1, defects = { '2' }, out = vim.env.OUT }
move('breakpoint', function() dap.run(launch) end, when)
move('step over', dap.step_over, judged)
move('step back', dap.step_back, when)
local session = dap.session()
if session then
  wait('scopes', function() return session.current_frame and session.current_frame.scopes and #session.current_frame.scopes == 6 end)
  local screens, typed
  session:request('variables', { variablesReference = 1 }, function(_, answer) screens = answer and #answer.variables end)
  wait('screens', function() return screens and screens > 0 end)
  session:request('evaluate', { expression = 'advance 1 s', context = 'repl' }, function(_, answer) typed = answer and answer.result end)
  wait('evaluate', function() return typed and typed:find('1 s later') end)
end
dap.clear_breakpoints()
vim.wait(500)
move('continue to a failure', dap.continue, judged)
wait('the clause as a diagnostic', function()
  local shown = vim.diagnostic.get(0)
  return #shown > 0 and shown[1].message:find('S5.B.5b', 1, true)
end)
move('restart frame', dap.restart_frame, judged)
move('goto', function() dap.goto_(judged + 1) end, judged + 1)
dap.continue()
wait('the end', function() return over end)
dap.terminate()
vim.wait(1000)
vim.cmd(bad and 'cquit' or 'qall!')
