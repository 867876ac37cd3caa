-- Removes all that is known of an order.
-- KEYS[1], ARGV[1..3]  see the prelude
-- Answers  the stages it had
local names = stages()
for _, stage in ipairs(names) do
  for _, kind in ipairs({'t', 'l', 'o', 'r', 'd', 'x', 'e'}) do redis.call('UNLINK', key(stage, kind)) end
end
redis.call('DEL', head)
return names
