-- Takes a partition's lease where nobody else holds it, and raises its fence.
-- KEYS  1 lease  2 fence
-- ARGV  1 owner  2 length of the lease, ms
-- Gives the fence, or 0 where another holds the lease.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  -- No lease is given for ten minutes: the clock was set back. It ends soon, or
  -- its holder renews it.
  if redis.call('PTTL', KEYS[1]) > 600000 then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
  return 0
end
local fence = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return fence
