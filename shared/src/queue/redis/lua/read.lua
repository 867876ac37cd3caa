-- Reads an order.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  how many leases, exceptions and due tasks at most, about
-- Answers  tenant, priority, paused, cancelled, then of each stage: its name, bytes, done, permille, dead,
--          leases with their ends, owners of these, due tasks with their times, exceptions;
--          nothing if the order is not known
local h = redis.call('HMGET', head, 'tenant', 'priority', 'paused', 'cancelled')
if not h[1] then return {} end
local last = ARGV[4] - 1
for _, stage in ipairs(stages()) do
  local leases = redis.call('ZRANGE', key(stage, 'l'), 0, last, 'WITHSCORES')
  local owners = {}
  for at = 1, #leases, 2 do owners[#owners + 1] = redis.call('HGET', key(stage, 'o'), leases[at]) end
  for _, item in ipairs({stage, redis.call('GET', key(stage, 't')), get(stage, 'done'), permille(stage),
    redis.call('ZCARD', key(stage, 'x')), redis.call('ZCARD', key(stage, 'l')), redis.call('ZCARD', key(stage, 'd')),
    leases, owners, redis.call('ZRANGE', key(stage, 'd'), 0, last, 'WITHSCORES'),
    redis.call('HSCAN', key(stage, 'e'), 0, 'COUNT', ARGV[4])[2]}) do h[#h + 1] = item end
end
return h
