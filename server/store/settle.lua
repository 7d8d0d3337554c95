-- Settles a delivery, whole or not at all: its line in the ledger, and what comes
-- next.
-- KEYS  1 deliveries  2 due  3 state of the alert  4 messages  5 ledger  6 dead letters
-- ARGV  1 group  2 entry  3 alert  4 seq  5 attempts made  6 since  7 due again at, 0 for never
--       8 why it is dead  9 why the webhook is off  10 now  11 ledger kept, ms
--       12.. fields of the ledger's line, or none
-- Gives 1, or 0 where another had settled it; then the ledger has the attempt all
-- the same.
local line = {}
for i = 12, #ARGV do
  line[#line + 1] = ARGV[i]
end
local kept = redis.call('EXISTS', KEYS[3]) == 1 -- the alert may be gone
if kept and #line > 0 then
  local horizon = string.format('%d', math.max(0, tonumber(ARGV[10]) - tonumber(ARGV[11])))
  redis.call('XADD', KEYS[5], 'MINID', '~', horizon, '*', unpack(line))
  redis.call('PEXPIRE', KEYS[5], ARGV[11])
end
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
  return 0
end
redis.call('XDEL', KEYS[1], ARGV[2])
if not kept then
  return 1
end
if ARGV[9] ~= '' then
  redis.call('HSET', KEYS[3], 'off', ARGV[9])
end
if ARGV[7] ~= '0' then
  redis.call('ZADD', KEYS[2], ARGV[7], ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5] .. ' ' .. ARGV[6])
  return 1
end
if ARGV[8] ~= '' then
  local message = redis.call('XRANGE', KEYS[4], ARGV[4] .. '-0', ARGV[4] .. '-0')[1]
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', 10000, '*', 'alert', ARGV[3], 'seq', ARGV[4],
    'id', message and message[2][2] or '', 'at', ARGV[10], 'why', ARGV[8])
end
if ARGV[6] ~= '0' or redis.call('HGET', KEYS[3], 'turn') ~= ARGV[4] then
  return 1 -- a replay is in nobody's way
end
local following = tonumber(ARGV[4]) + 1
if following > tonumber(redis.call('HGET', KEYS[3], 'seq')) then
  redis.call('HDEL', KEYS[3], 'turn')
  return 1
end
local seq = string.format('%d', following)
redis.call('HSET', KEYS[3], 'turn', seq)
redis.call('XADD', KEYS[1], '*', 'alert', ARGV[3], 'seq', seq, 'attempts', '0', 'since', '0')
return 1
