-- Notes that a worker lives and forgets those not heard of for long.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]  the worker    ARGV[4]  how long a worker is remembered, milliseconds
local now = now_ms()
redis.call('ZADD', key('workers'), now, ARGV[3])
redis.call('ZREMRANGEBYSCORE', key('workers'), '-inf', now - ARGV[4])
return 1
