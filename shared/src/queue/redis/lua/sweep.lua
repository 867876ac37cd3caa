-- Returns expired leases and due retries of an order.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  how many at most    ARGV[5]  how many different workers a task may take down
-- Answers  the lost (stage, task, worker, dead of each), how many were due, idle, more, standing;
--          nothing if the order is not known
if redis.call('EXISTS', head) == 0 then return {} end
local left, now, lost, promoted, idle = tonumber(ARGV[4]), now_ms(), {}, 0, 1

local function lose(stage, task)
  local o, p = owner(stage, task), past(stage, task)
  end_lease(stage, task, o)
  p.losses = whole(p.losses + 1)
  local workers, known = 0, false
  for worker in string.gmatch(p.workers, '[^,]+') do
    workers = workers + 1
    known = known or worker == o.worker
  end
  if not known then
    workers = workers + 1
    p.workers = p.workers == '' and o.worker or p.workers .. ',' .. o.worker
  end
  local dead = workers >= tonumber(ARGV[5])
  if dead then
    bury(stage, task, p)
    tell('dead', stage, task)
  else
    keep(stage, task, p)
    give_back(stage, task)
  end
  for _, item in ipairs({stage, task, o.worker, dead and '1' or '0'}) do lost[#lost + 1] = item end
end

for _, stage in ipairs(stages()) do
  for _, task in ipairs(redis.call('ZRANGEBYSCORE', key(stage, 'l'), '-inf', now, 'LIMIT', 0, left)) do
    left = left - 1
    lose(stage, task)
  end
  for _, task in ipairs(redis.call('ZRANGEBYSCORE', key(stage, 'd'), '-inf', now, 'LIMIT', 0, left)) do
    left = left - 1
    promoted = promoted + 1
    redis.call('ZREM', key(stage, 'd'), task)
    give_back(stage, task)
  end
  if redis.call('ZCARD', key(stage, 'l')) + redis.call('ZCARD', key(stage, 'd')) > 0 then idle = 0 end
end
if promoted > 0 or #lost > 0 then redis.call('HINCRBY', head, 'version', 1) end
return {lost, promoted, idle, left == 0 and 1 or 0, standing()}
