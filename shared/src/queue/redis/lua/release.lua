-- Gives a task back without burning an attempt.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  the stage    ARGV[5]  the task    ARGV[6]  the fence    ARGV[7]  the counter    ARGV[8]  the worker
-- Answers  the standing of the stage, or nothing if the lease was lost
local stage, task = ARGV[4], ARGV[5]
local o = held(stage, task, ARGV[6], ARGV[7], ARGV[8])
if not o then return {} end
end_lease(stage, task, o)
local p = past(stage, task)
p.drained = whole(p.drained + 1)
keep(stage, task, p)
give_back(stage, task)
redis.call('HINCRBY', head, 'version', 1)
return standing(stage)
