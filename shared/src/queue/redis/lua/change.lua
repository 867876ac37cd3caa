-- Changes an order as a whole.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  the field: cancelled, paused or priority    ARGV[5]  its value
-- Answers  the standing, or nothing if the order is not known
if redis.call('EXISTS', head) == 0 then return {} end
if ARGV[4] == 'cancelled' and redis.call('HGET', head, 'cancelled') == '0' then tell('cancelled') end
redis.call('HSET', head, ARGV[4], ARGV[5])
redis.call('HINCRBY', head, 'version', 1)
return standing()
