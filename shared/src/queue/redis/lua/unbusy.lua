-- Notes that nothing runs or pauses in an order, unless it became busy again.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]  the order    ARGV[4]  since when it was thought busy    ARGV[5]  1 if the order is known itself
-- ARGV[6]  how long an order may be unknown, milliseconds
-- Answers  1 if the order is unknown for too long
local since = redis.call('ZSCORE', key('busy'), ARGV[3])
if not since or tonumber(since) > tonumber(ARGV[4]) then return 0 end
if ARGV[5] == '1' then
  redis.call('ZREM', key('busy'), ARGV[3])
  return 0
end
return ARGV[4] + ARGV[6] <= now_ms() and 1 or 0
