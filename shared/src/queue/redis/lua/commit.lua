-- Marks a task as done. The hottest of the scripts: it reads the head once.
-- KEYS[1], ARGV[1..3]  see the prelude
-- ARGV[4]  the stage    ARGV[5]  the task    ARGV[6]  the fence    ARGV[7]  the counter    ARGV[8]  the worker
-- Answers  0 if the lease was lost, 1 if the task is done, 2 if its stage is
local stage, task = ARGV[4], ARGV[5]
local h = redis.call('HMGET', head, 'fence', stage .. ':done', stage .. ':total', stage .. ':permilles')
local o = owner(stage, task)
if h[1] ~= ARGV[6] or not o or o.counter ~= ARGV[7] or o.worker ~= ARGV[8] then return 0 end
end_lease(stage, task, o)
redis.call('HDEL', key(stage, 'e'), task)
set(stage, task, 'd')
local done, total, permilles = h[2] + 1, tonumber(h[3]), h[4] - o.permille
redis.call('HSET', head, stage .. ':done', whole(done))
local now = math.floor((done * 1000 + permilles) / total)
if now ~= math.floor((h[2] * 1000 + h[4]) / total) then tell('progress', stage, done, total, now) end
if done < total then return 1 end
tell('done', stage)
return 2
