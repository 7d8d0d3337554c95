-- Stores an alert. It counts bars after the last one stored now, and is armed.
-- KEYS  1 rules  2 state of the alert  3 series
-- ARGV  1 id  2 alert  3 most alerts of the partition  4 1 if it must be there, 0 if not
-- Gives {status, n}: ok, there, missing, empty (the series has no bar) or full.
local there = redis.call('HEXISTS', KEYS[1], ARGV[1])
if there ~= tonumber(ARGV[4]) then
  return {there == 1 and 'there' or 'missing', 0}
end
local last = redis.call('HGET', KEYS[3], 'last')
if not last then
  return {'empty', 0}
end
local count = redis.call('HLEN', KEYS[1])
if there == 0 and count > tonumber(ARGV[3]) then -- the revision is one of them
  return {'full', count - 1}
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HDEL', KEYS[2], 'done', 'last', 'off')
redis.call('HSET', KEYS[2], 'after', last)
return {'ok', redis.call('HINCRBY', KEYS[1], 'revision', 1)}
