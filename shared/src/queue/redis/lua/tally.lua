-- Counts the tasks of an order.
-- KEYS[1], ARGV[1..3]  see the prelude
-- Answers  waiting, running, retrying, done, dead
local sum = {0, 0, 0, 0, 0}
for _, stage in ipairs(stages()) do
  local running, retrying = redis.call('ZCARD', key(stage, 'l')), redis.call('ZCARD', key(stage, 'd'))
  local one = {waiting(stage), running, retrying, get(stage, 'done'), redis.call('ZCARD', key(stage, 'x'))}
  for at = 1, 5 do sum[at] = sum[at] + one[at] end
end
return sum
