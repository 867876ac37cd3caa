-- Takes an offer back, unless newer news stand, and what was charged for it.
-- KEYS[1], ARGV[1..2]  see the prelude
-- ARGV[3]  the order    ARGV[4]  the stage    ARGV[5]  the tenant    ARGV[6]  the refund, milliseconds
-- ARGV[7]  the order's version
if ARGV[6] ~= '0' then charge(ARGV[5], -ARGV[6]) end
local name = ARGV[3] .. '/' .. ARGV[4]
local known = redis.call('HGET', key('entries'), name)
if not known then return 0 end
local standing, offer = string.match(known, '^(%d+) (.*)$')
if tonumber(standing) > tonumber(ARGV[7]) then return 0 end
redis.call('HDEL', key('entries'), name)
withdraw(offer)
return 1
