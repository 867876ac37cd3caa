-- What the scripts of the index share. It stands before each of them.
-- KEYS[1]  the beginning of the index's keys, which share its hash tag
-- ARGV[1]  Unix milliseconds, or '' for the server's own clock
-- ARGV[2]  the channel that wakes workers
local function now_ms()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- orders by number; busy since; ready offers by name; entries; active and idle accounts;
-- estimates; meta; workers; leader; epoch
local function key(kind) return KEYS[1] .. ':' .. kind end

local function whole(number) return string.format('%.0f', number) end

-- An offer: tenant/255-priority/number/order/stage. '0' follows '/' in ASCII.
local function first_offer(tenant)
  return redis.call('ZRANGEBYLEX', key('ready'), '[' .. tenant .. '/', '(' .. tenant .. '0', 'LIMIT', 0, 1)[1]
end

local function charge(tenant, ms)
  local accounts = redis.call('ZSCORE', key('active'), tenant) and 'active' or 'idle'
  redis.call('ZINCRBY', key(accounts), whole(ms), tenant)
end

-- Accounts from ARGV[first] on: tenant, what was charged, what it took or ''
local function settle(first, unknown)
  for at = first, #ARGV, 3 do
    local tenant, took = ARGV[at], ARGV[at + 2]
    charge(tenant, (tonumber(took) or 0) - ARGV[at + 1])
    if took ~= '' then
      local estimate = tonumber(redis.call('HGET', key('estimates'), tenant) or unknown)
      redis.call('HSET', key('estimates'), tenant, whole(math.max(1, math.floor((estimate * 3 + took) / 4))))
    end
  end
end

local function deactivate(tenant)
  local account = redis.call('ZSCORE', key('active'), tenant)
  if account then
    redis.call('ZREM', key('active'), tenant)
    redis.call('ZADD', key('idle'), account, tenant)
  end
end

local function withdraw(offer)
  redis.call('ZREM', key('ready'), offer)
  local tenant = string.match(offer, '^[^/]+')
  if not first_offer(tenant) then deactivate(tenant) end
end

