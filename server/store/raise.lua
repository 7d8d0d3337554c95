-- Gives the store a new epoch in place of one that is lost, unless it has one
-- already; and what a store has at its first start, where it is empty.
-- KEYS  1 meta
-- ARGV  1 the epoch that is lost  2 the new one  3 partitions  4 schema
-- Gives the epoch in force.
local now = redis.call('HGET', KEYS[1], 'epoch')
if now and now ~= ARGV[1] then
  return now
end
redis.call('HSETNX', KEYS[1], 'partitions', ARGV[3])
redis.call('HSETNX', KEYS[1], 'schema', ARGV[4])
redis.call('HSET', KEYS[1], 'epoch', ARGV[2])
return ARGV[2]
