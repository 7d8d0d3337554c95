-- Hands a lease back. The fence stays: it only ever grows.
-- KEYS  1 lease  2 fence  3 states
-- ARGV  1 owner  2 fence
-- Gives 1, or 0 where the lease was not held.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return 0
end
redis.call('DEL', KEYS[1], KEYS[3])
return 1
