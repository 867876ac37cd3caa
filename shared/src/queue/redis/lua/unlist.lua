-- Removes an order from the index.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]  the order    ARGV[4..] its stages
redis.call('ZREM', key('orders'), ARGV[3])
redis.call('ZREM', key('busy'), ARGV[3])
for at = 4, #ARGV do
  local name = ARGV[3] .. '/' .. ARGV[at]
  local known = redis.call('HGET', key('entries'), name)
  if known then
    redis.call('HDEL', key('entries'), name)
    withdraw(string.match(known, '^%d+ (.*)$'))
  end
end
return 1
