-- Makes an order known and busy.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]  the order    ARGV[4]  how many orders there may be
-- Answers  1, or 0 if there are too many
if not redis.call('ZSCORE', key('orders'), ARGV[3]) then
  if redis.call('ZCARD', key('orders')) >= tonumber(ARGV[4]) then return 0 end
  redis.call('ZADD', key('orders'), redis.call('HINCRBY', key('meta'), 'sequence', 1), ARGV[3])
end
redis.call('ZADD', key('busy'), now_ms(), ARGV[3])
return 1
