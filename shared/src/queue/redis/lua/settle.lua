-- Settles an account.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]  the tenant    ARGV[4]  what was charged, milliseconds    ARGV[5]  what it took, or '' if it came to no end
-- ARGV[6]  what a task of an unknown tenant is thought to take, milliseconds
charge(ARGV[3], (tonumber(ARGV[5]) or 0) - ARGV[4])
if ARGV[5] ~= '' then
  local estimate = tonumber(redis.call('HGET', key('estimates'), ARGV[3]) or ARGV[6])
  redis.call('HSET', key('estimates'), ARGV[3], whole(math.max(1, math.floor((estimate * 3 + ARGV[5]) / 4))))
end
return 1
