-- Names the memory: a new name once it was emptied or its server restarted.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]  the server's run    ARGV[4]  a name, if one is needed
-- Answers  the name
local known = redis.call('HMGET', key('epoch'), 'name', 'run')
if known[1] and known[2] == ARGV[3] then return known[1] end
redis.call('HSET', key('epoch'), 'name', ARGV[4], 'run', ARGV[3])
return ARGV[4]
