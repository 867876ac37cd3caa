-- Takes, prolongs or leaves the place of the acting scheduler.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]  the holder    ARGV[4]  for how long, milliseconds; 0 to leave
-- Answers  1 if the holder leads
local leader = redis.call('HMGET', key('leader'), 'holder', 'until')
local now = now_ms()
if leader[1] and leader[1] ~= ARGV[3] and tonumber(leader[2]) > now then return 0 end
if ARGV[4] == '0' then
  if leader[1] == ARGV[3] then redis.call('DEL', key('leader')) end
  return 0
end
redis.call('HSET', key('leader'), 'holder', ARGV[3], 'until', whole(now + ARGV[4]))
return 1
