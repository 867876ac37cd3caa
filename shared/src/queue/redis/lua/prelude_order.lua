-- What the scripts of one order share. It stands before each of them.
-- KEYS[1]  the order's head, a hash; the keys of its stages begin with it and share its hash tag
-- ARGV[1]  Unix milliseconds, or '' for the server's own clock
-- ARGV[2]  the channel of events
-- ARGV[3]  the order's name
local head = KEYS[1]

local function now_ms()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- t tasks, a byte each; l leases by end; o owners; r returned; d due; x dead; e exceptions
local function key(stage, kind) return head .. ':' .. stage .. ':' .. kind end

local function tell(kind, ...)
  redis.call('PUBLISH', ARGV[2], table.concat({kind, ARGV[3], ...}, ' '))
end

local function whole(number) return string.format('%.0f', number) end

local function stages()
  local names = {}
  for name in string.gmatch(redis.call('HGET', head, 'stages') or '', '%d+') do names[#names + 1] = name end
  return names
end

local function get(stage, field) return tonumber(redis.call('HGET', head, stage .. ':' .. field) or 0) end

local function permille(stage)
  return math.floor((get(stage, 'done') * 1000 + get(stage, 'permilles')) / get(stage, 'total'))
end

local function progress(stage)
  tell('progress', stage, get(stage, 'done'), get(stage, 'total'), permille(stage))
end

local function waiting(stage)
  return get(stage, 'total') - get(stage, 'done') - redis.call('ZCARD', key(stage, 'l'))
    - redis.call('ZCARD', key(stage, 'd')) - redis.call('ZCARD', key(stage, 'x'))
end

-- tenant, priority, version, then each stage and whether it may be claimed from
local function standing(only)
  local h = redis.call('HMGET', head, 'tenant', 'priority', 'version', 'paused', 'cancelled')
  local open = h[4] == '0' and h[5] == '0'
  local answer = {h[1], h[2], h[3]}
  for _, stage in ipairs(only and {only} or stages()) do
    answer[#answer + 1] = stage
    answer[#answer + 1] = (open and waiting(stage) > 0) and '1' or '0'
  end
  return answer
end

local function state(stage, task) return redis.call('GETRANGE', key(stage, 't'), task, task) end
local function set(stage, task, byte) redis.call('SETRANGE', key(stage, 't'), task, byte) end

-- An exception: errors|timeouts|losses|drained|cause|dead|workers|fingerprint
local function past(stage, task)
  local text = redis.call('HGET', key(stage, 'e'), task) or '0|0|0|0||0||'
  local p = {}
  p.errors, p.timeouts, p.losses, p.drained, p.cause, p.dead, p.workers, p.fingerprint =
    string.match(text, '^(%d+)|(%d+)|(%d+)|(%d+)|(%a*)|(%d)|([^|]*)|(.*)$')
  return p
end

local function keep(stage, task, p)
  redis.call('HSET', key(stage, 'e'), task, table.concat(
    {p.errors, p.timeouts, p.losses, p.drained, p.cause, p.dead, p.workers, p.fingerprint}, '|'))
end

-- An owner: counter|since|permille|worker
local function owner(stage, task)
  local text = redis.call('HGET', key(stage, 'o'), task)
  if not text then return nil end
  local o = {}
  o.counter, o.since, o.permille, o.worker = string.match(text, '^(%d+)|(%d+)|(%d+)|(.*)$')
  return o
end

-- The owner, if the lease of a claim still holds
local function held(stage, task, fence, counter, worker)
  if redis.call('HGET', head, 'fence') ~= fence then return nil end
  local o = owner(stage, task)
  if o and o.counter == counter and o.worker == worker then return o end
  return nil
end

local function end_lease(stage, task, o)
  redis.call('ZREM', key(stage, 'l'), task)
  redis.call('HDEL', key(stage, 'o'), task)
  if o.permille ~= '0' then redis.call('HINCRBY', head, stage .. ':permilles', -tonumber(o.permille)) end
end

-- Back among the waiting; the cursor may have passed it
local function give_back(stage, task)
  set(stage, task, 'w')
  redis.call('ZADD', key(stage, 'r'), task, task)
end

local function bury(stage, task, p)
  p.dead = '1'
  keep(stage, task, p)
  set(stage, task, 'x')
  redis.call('ZADD', key(stage, 'x'), now_ms(), task)
end

-- How many tasks it finished: one or none; the caller adds it to those done
local function finish(stage, task)
  local byte = state(stage, task)
  if byte == 'd' or byte == '' then return 0 end
  if byte == 'r' then end_lease(stage, task, owner(stage, task)) end
  if byte == 'w' then redis.call('ZREM', key(stage, 'r'), task) end
  if byte == 'b' then redis.call('ZREM', key(stage, 'd'), task) end
  if byte == 'x' then redis.call('ZREM', key(stage, 'x'), task) end
  redis.call('HDEL', key(stage, 'e'), task)
  set(stage, task, 'd')
  return 1
end

