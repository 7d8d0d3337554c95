-- Tells how markets of a partition are doing. The word dies with the lease.
-- KEYS  1 lease  2 fence  3 states
-- ARGV  1 owner  2 fence  3.. market and state
-- Gives 1, or 0 where the lease is not held.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return 0
end
for i = 3, #ARGV, 2 do
  redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[3], redis.call('PTTL', KEYS[1]))
return 1
