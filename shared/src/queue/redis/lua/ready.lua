-- Offers a stage to workers, unless newer news stand.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]  the order    ARGV[4]  the stage    ARGV[5]  the tenant    ARGV[6]  255 less the priority, three digits
-- ARGV[7]  the order's version
local order, tenant, version = ARGV[3], ARGV[5], ARGV[7]
local number = redis.call('ZSCORE', key('orders'), order)
if not number then return 0 end
local name = order .. '/' .. ARGV[4]
local offer = table.concat({tenant, ARGV[6], string.format('%016d', tonumber(number)), name}, '/')
local known = redis.call('HGET', key('entries'), name)
if known then
  local standing, old = string.match(known, '^(%d+) (.*)$')
  if tonumber(standing) > tonumber(version) then return 0 end
  if old ~= offer then redis.call('ZREM', key('ready'), old) end
end
redis.call('ZADD', key('ready'), 0, offer)
redis.call('HSET', key('entries'), name, version .. ' ' .. offer)
if not redis.call('ZSCORE', key('active'), tenant) then
  local account = tonumber(redis.call('ZSCORE', key('idle'), tenant) or 0)
  local floor = tonumber(redis.call('HGET', key('meta'), 'floor') or 0)
  redis.call('ZREM', key('idle'), tenant)
  redis.call('ZADD', key('active'), whole(math.max(account, floor)), tenant)
end
if not known then redis.call('PUBLISH', ARGV[2], '') end
return 1
