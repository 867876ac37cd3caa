-- Notes a failed attempt; the task pauses or is given up.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  the stage    ARGV[5]  the task    ARGV[6]  the fence    ARGV[7]  the counter    ARGV[8]  the worker
-- ARGV[9]  the cause: e error, t time-out, a aborted, r refused
-- ARGV[10] the fingerprint       ARGV[11] the pause, milliseconds
-- ARGV[12] errors before it is given up    ARGV[13] time-outs before it is given up
-- Answers  0 if the lease was lost, 1 if the task pauses, 2 if it is given up
local stage, task, cause = ARGV[4], ARGV[5], ARGV[9]
local o = held(stage, task, ARGV[6], ARGV[7], ARGV[8])
if not o then return 0 end
end_lease(stage, task, o)
local p = past(stage, task)
p.cause, p.fingerprint = cause, ARGV[10]
if cause == 'e' then p.errors = whole(p.errors + 1) end
if cause == 't' then p.timeouts = whole(p.timeouts + 1) end
if cause == 'a' or cause == 'r' or (cause == 'e' and tonumber(p.errors) >= tonumber(ARGV[12]))
  or (cause == 't' and tonumber(p.timeouts) >= tonumber(ARGV[13])) then
  bury(stage, task, p)
  tell('dead', stage, task)
  return 2
end
keep(stage, task, p)
set(stage, task, 'b')
redis.call('ZADD', key(stage, 'd'), now_ms() + ARGV[11], task)
return 1
