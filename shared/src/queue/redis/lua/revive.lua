-- Lets tasks that were given up begin anew.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  how many at most
-- Answers  how many, and the standing; nothing if the order is not known
if redis.call('EXISTS', head) == 0 then return {} end
local left = tonumber(ARGV[4])
for _, stage in ipairs(stages()) do
  if left > 0 then
    for _, task in ipairs(redis.call('ZRANGE', key(stage, 'x'), 0, left - 1)) do
      redis.call('ZREM', key(stage, 'x'), task)
      redis.call('HDEL', key(stage, 'e'), task)
      give_back(stage, task)
      left = left - 1
    end
  end
end
redis.call('HINCRBY', head, 'version', 1)
return {ARGV[4] - left, standing()}
