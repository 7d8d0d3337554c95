-- Hands over the deliveries whose time has come.
-- KEYS  1 due  2 deliveries
-- ARGV  1 now  2 most
local list = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(list) do
  local alert, seq, attempts, since = string.match(member, '^(%S+) (%S+) (%S+) (%S+)$')
  redis.call('XADD', KEYS[2], '*', 'alert', alert, 'seq', seq, 'attempts', attempts, 'since', since)
  redis.call('ZREM', KEYS[1], member)
end
return #list
