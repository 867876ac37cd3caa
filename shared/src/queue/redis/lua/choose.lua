-- Settles accounts, then chooses the fairest offer and charges its tenant in advance.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]   what a task of an unknown tenant is thought to take, milliseconds
-- ARGV[4..] accounts, see the prelude
-- Answers   order, stage, tenant, charge, or nothing
settle(4, ARGV[3])
local first = redis.call('ZRANGE', key('active'), 0, 0, 'WITHSCORES')
local tenant = first[1]
if not tenant then return {} end
local offer = first_offer(tenant)
if not offer then
  deactivate(tenant)
  return {}
end
local order, stage = string.match(offer, '^[^/]+/[^/]+/[^/]+/([^/]+)/(%d+)$')
if tonumber(first[2]) > tonumber(redis.call('HGET', key('meta'), 'floor') or 0) then
  redis.call('HSET', key('meta'), 'floor', whole(tonumber(first[2])))
end
local charged = redis.call('HGET', key('estimates'), tenant) or ARGV[3]
redis.call('ZINCRBY', key('active'), charged, tenant)
redis.call('ZADD', key('busy'), now_ms(), order)
return {order, stage, tenant, charged}
