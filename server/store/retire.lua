-- Deletes consumers that have been idle for long and have nothing pending: what
-- is pending would go with them.
-- KEYS  1 deliveries
-- ARGV  1 group  2 idle, ms
local gone = 0
for _, c in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local of = {}
  for i = 1, #c, 2 do
    of[c[i]] = c[i + 1]
  end
  if of.pending == 0 and of.idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], of.name)
    gone = gone + 1
  end
end
return gone
