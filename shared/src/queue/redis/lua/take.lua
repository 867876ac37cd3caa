-- Leases one waiting task of a stage.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  the stage    ARGV[5]  the worker    ARGV[6]  the lease, milliseconds
-- ARGV[7]  how many tasks to look at
-- Answers  task, fence, counter, attempt, or a single word and the version
local stage = ARGV[4]
local h = redis.call('HMGET', head, 'fence', 'version', 'paused', 'cancelled', stage .. ':total', stage .. ':cursor')
if not h[1] then return {'gone'} end
if h[3] == '1' or h[4] == '1' or not h[5] then return {'empty', h[2]} end
local task = redis.call('ZPOPMIN', key(stage, 'r'))[1]
if not task then
  local total, cursor = tonumber(h[5]), tonumber(h[6])
  local stop = math.min(total, cursor + tonumber(ARGV[7]))
  local at = cursor < stop
    and string.find(redis.call('GETRANGE', key(stage, 't'), cursor, stop - 1), 'w', 1, true)
  if not at then
    redis.call('HSET', head, stage .. ':cursor', whole(stop))
    return stop < total and {'again', h[2]} or {'empty', h[2]}
  end
  task = whole(cursor + at - 1)
  redis.call('HSET', head, stage .. ':cursor', whole(cursor + at))
end
local now = now_ms()
local counter = whole(redis.call('HINCRBY', head, 'counter', 1))
set(stage, task, 'r')
redis.call('ZADD', key(stage, 'l'), now + ARGV[6], task)
redis.call('HSET', key(stage, 'o'), task, table.concat({counter, whole(now), '0', ARGV[5]}, '|'))
local p = past(stage, task)
return {task, h[1], counter, whole(p.errors + p.timeouts + p.losses + 1)}
