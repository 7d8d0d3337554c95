-- Stores an alert. It counts bars after the last one stored now, and is armed.
-- KEYS  1 rules  2 state of the alert  3 series
-- ARGV  1 id  2 alert  3 most alerts of the partition  4 there, new or any: what it must be
--       5 close of the bar at which it fired last, 0 for none  6 1 if it is done  7 why its webhook is off
-- Gives {status, n}: ok, there, missing, empty (the series has no bar) or full.
local there = redis.call('HEXISTS', KEYS[1], ARGV[1])
if ARGV[4] == (there == 1 and 'new' or 'there') then
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
if ARGV[5] ~= '0' then
  redis.call('HSET', KEYS[2], 'last', ARGV[5])
end
if ARGV[6] == '1' then
  redis.call('HSET', KEYS[2], 'done', '1')
end
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[2], 'off', ARGV[7])
end
return {'ok', redis.call('HINCRBY', KEYS[1], 'revision', 1)}
