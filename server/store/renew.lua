-- Prolongs a lease, and the states told under it.
-- KEYS  1 lease  2 fence  3 states
-- ARGV  1 owner  2 fence  3 length of the lease, ms
-- Gives 1, or 0 where the lease is not held.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[3], ARGV[3])
return 1
