-- Marks a task as done.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  the stage    ARGV[5]  the task    ARGV[6]  the fence    ARGV[7]  the counter    ARGV[8]  the worker
-- Answers  0 if the lease was lost, 1 if the task is done, 2 if its stage is
local stage, task = ARGV[4], ARGV[5]
if not held(stage, task, ARGV[6], ARGV[7], ARGV[8]) then return 0 end
local before = permille(stage)
finish(stage, task)
if permille(stage) ~= before then progress(stage) end
if get(stage, 'done') < get(stage, 'total') then return 1 end
tell('done', stage)
return 2
