-- Leases one waiting task of a stage.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  the stage    ARGV[5]  the worker    ARGV[6]  the lease, milliseconds
-- ARGV[7]  how many tasks to look at
-- Answers  task, fence, counter, attempt, or a single word and the version
local stage = ARGV[4]
local h = redis.call('HMGET', head, 'fence', 'version', 'paused', 'cancelled', 'counter',
  stage .. ':total', stage .. ':cursor')
if not h[1] then return {'gone'} end
if h[3] == '1' or h[4] == '1' or not h[6] then return {'empty', h[2]} end
local total, cursor = tonumber(h[6]), tonumber(h[7])

local function search(from, to)
  local at = from < to and string.find(redis.call('GETRANGE', key(stage, 't'), from, to - 1), 'w', 1, true)
  return at and from + at - 1
end

local task = redis.call('ZPOPMIN', key(stage, 'r'))[1]
if not task then
  local stop = math.min(total, cursor + ARGV[7])
  -- It nearly always stands at the cursor.
  local near = math.min(stop, cursor + 64)
  local found = search(cursor, near) or search(near, stop)
  if not found then
    redis.call('HSET', head, stage .. ':cursor', whole(stop))
    return stop < total and {'again', h[2]} or {'empty', h[2]}
  end
  task = whole(found)
  cursor = found + 1
end
local now, counter = now_ms(), whole(h[5] + 1)
redis.call('HSET', head, 'counter', counter, stage .. ':cursor', whole(cursor))
set(stage, task, 'r')
redis.call('ZADD', key(stage, 'l'), now + ARGV[6], task)
redis.call('HSET', key(stage, 'o'), task, table.concat({counter, whole(now), '0', ARGV[5]}, '|'))
local attempt = 1
if redis.call('HEXISTS', key(stage, 'e'), task) == 1 then
  local p = past(stage, task)
  attempt = whole(p.errors + p.timeouts + p.losses + 1)
end
return {task, h[1], counter, attempt}
