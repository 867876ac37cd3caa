-- Puts a stage in, or tells a known one of further finished tasks.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  the stage            ARGV[5]  the memory's epoch     ARGV[6]  a fence, if the order is new
-- ARGV[7]  tenant               ARGV[8]  priority               ARGV[9]  paused, 0 or 1
-- ARGV[10] the tasks' bytes     ARGV[11] how many tasks         ARGV[12] how many of them are done
-- ARGV[13] 1 if more of the past of a stage just put in follows ARGV[14] how many exceptions follow
-- ARGV[15..] task and exception of each, then the finished tasks
-- Answers  fresh, done, total, standing
local stage = ARGV[4]
local known = redis.call('HMGET', head, 'memory', 'version')
if known[1] ~= ARGV[5] then
  for _, name in ipairs(stages()) do
    for _, kind in ipairs({'t', 'l', 'o', 'r', 'd', 'x', 'e'}) do redis.call('UNLINK', key(name, kind)) end
  end
  redis.call('DEL', head)
  redis.call('HSET', head, 'memory', ARGV[5], 'fence', ARGV[6], 'tenant', ARGV[7], 'priority', ARGV[8],
    'paused', ARGV[9], 'cancelled', '0', 'version', known[2] or '0', 'counter', '0', 'stages', '')
end
redis.call('HINCRBY', head, 'version', 1)
local fresh = redis.call('HEXISTS', head, stage .. ':total') == 0
if fresh then
  local names = stages()
  names[#names + 1] = stage
  table.sort(names, function(a, b) return tonumber(a) < tonumber(b) end)
  redis.call('HSET', head, 'stages', table.concat(names, ','), stage .. ':total', ARGV[11],
    stage .. ':done', ARGV[12], stage .. ':cursor', '0', stage .. ':permilles', '0')
  redis.call('SET', key(stage, 't'), ARGV[10])
  tell('planned', stage)
end
local before = get(stage, 'done')
local first_done = 15 + 2 * tonumber(ARGV[14])
if fresh or ARGV[13] == '1' then
  for at = 15, first_done - 1, 2 do
    local task, exception = ARGV[at], ARGV[at + 1]
    local byte = state(stage, task)
    if byte ~= 'd' and byte ~= '' then
      redis.call('HSET', key(stage, 'e'), task, exception)
      if byte == 'x' then redis.call('ZADD', key(stage, 'x'), now_ms(), task) end
    end
  end
end
local finished = 0
for at = first_done, #ARGV do finished = finished + finish(stage, ARGV[at]) end
if finished > 0 then redis.call('HINCRBY', head, stage .. ':done', finished) end
local done, total = get(stage, 'done'), get(stage, 'total')
if done == total and (fresh or done > before) then tell('done', stage) end
return {fresh and 1 or 0, done, total, standing(stage)}
