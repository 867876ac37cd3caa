-- Prolongs leases and notes how far their tasks are.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]   the lease, milliseconds
-- ARGV[5..] stage, task, fence, counter, worker, permille of each task
-- Answers   for each task 0 to go on, 1 if its lease was lost, 2 if the order was cancelled
local till = now_ms() + ARGV[4]
local going_on = redis.call('HGET', head, 'cancelled') == '1' and 2 or 0
local before, answers = {}, {}
for at = 5, #ARGV, 6 do
  local stage, task, done = ARGV[at], ARGV[at + 1], ARGV[at + 5]
  local o = held(stage, task, ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
  if o then
    if not before[stage] then before[stage] = permille(stage) end
    redis.call('ZADD', key(stage, 'l'), till, task)
    if o.permille ~= done then
      redis.call('HSET', key(stage, 'o'), task, table.concat({o.counter, o.since, done, o.worker}, '|'))
      redis.call('HINCRBY', head, stage .. ':permilles', done - o.permille)
    end
  end
  answers[#answers + 1] = o and going_on or 1
end
for _, stage in ipairs(stages()) do
  if before[stage] and before[stage] ~= permille(stage) then progress(stage) end
end
return answers
